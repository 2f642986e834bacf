package dev.tollgate.billing.simulation;

import dev.tollgate.billing.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The disk of a host: what was appended outlives the machine that did it, until it is cleared. */
final class Disk {

  private final List<Life> lives = new ArrayList<>();
  private final BooleanSupplier fails;

  /** @param fails whether the next payload cannot be written */
  Disk(BooleanSupplier fails) {
    this.fails = fails;
  }

  /** The journal of one life of a machine on this host. */
  Journal journalOf(Machine machine) {
    var life = new Life(machine);
    lives.add(life);
    return life;
  }

  boolean isEmpty() {
    return lives.stream().allMatch(life -> life.payloads.isEmpty());
  }

  private final class Life implements Journal {

    private final Machine machine;
    private final List<byte[]> payloads = new ArrayList<>();
    private boolean closed;

    Life(Machine machine) {
      this.machine = machine;
    }

    private boolean isOver() {
      return closed || machine.isGone();
    }

    @Override
    public boolean makeRoom(long bytes) {
      return true;
    }

    @Override
    public void append(byte[] payload) throws IOException {
      if (fails.getAsBoolean()) {
        throw new IOException("The disk fails");
      }
      payloads.add(payload.clone());
    }

    @Override
    public long used() {
      return payloads.stream().mapToLong(payload -> payload.length).sum();
    }

    @Override
    public void clear() {
      payloads.clear();
    }

    @Override
    public void setAside(byte[] payload) {
      throw new Violation("A settlement is set aside");
    }

    @Override
    public List<Leftover> leftovers() {
      return lives.stream().filter(life -> life.isOver() && !life.payloads.isEmpty())
          .<Leftover>map(Rest::new).toList();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** What a life left behind; it stays until it was taken over whole. */
  private static final class Rest implements Journal.Leftover {

    private final Life life;
    private int next;

    Rest(Life life) {
      this.life = life;
    }

    @Override
    public byte @Nullable [] next() {
      return next < life.payloads.size() ? life.payloads.get(next++) : null;
    }

    @Override
    public List<Path> finish() {
      life.payloads.clear();
      return List.of();
    }

    @Override
    public void close() {}
  }
}
