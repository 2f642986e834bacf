package dev.tollgate.billing.journal;

import java.io.IOException;
import java.util.List;

/** What stands in where no folder is given. */
final class NoJournal implements Journal {

  @Override
  public boolean makeRoom(long bytes) {
    return true;
  }

  @Override
  public void append(byte[] payload) throws IOException {
    throw new IOException("There is no journal");
  }

  @Override
  public long used() {
    return 0;
  }

  @Override
  public void clear() {
    // Nothing was appended.
  }

  @Override
  public void setAside(byte[] payload) throws IOException {
    throw new IOException("There is no journal");
  }

  @Override
  public List<Leftover> leftovers() {
    return List.of();
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
