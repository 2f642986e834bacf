package dev.tollgate.billing.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Payloads that outlive this process, in the order in which they came, until they are cleared all together. Bounded:
 * whoever wants to rely on room makes it beforehand. Thread-safe.
 */
public interface Journal extends Closeable {

  /**
   * A journal in a folder of the local disk, which several processes may share: each writes files of its own.
   *
   * @param byteLimit beyond which no room is made
   * @throws IOException if the folder cannot be written to
   */
  static Journal inFolder(Path folder, long byteLimit) throws IOException {
    return FolderJournal.open(folder, byteLimit);
  }

  /** No journal: there is always room, but nothing can be appended. */
  static Journal none() {
    return new NoJournal();
  }

  /** Whether payloads of this many bytes in all can be appended, as far as the limit and the disk are concerned. */
  boolean makeRoom(long bytes);

  /**
   * Appends a payload; when this returns, it is on the disk. Where it throws, the payload may come back after a crash
   * all the same.
   */
  void append(byte[] payload) throws IOException;

  /** Bytes that were appended since it was last cleared. */
  long used();

  /** Removes all that was appended. A crash at this moment may bring it back. */
  void clear() throws IOException;

  /** Keeps a payload for a person to look at; nothing reads it again by itself. */
  void setAside(byte[] payload) throws IOException;

  /** What processes that ended left behind, as far as nobody else has taken care of it; the oldest first. */
  List<Leftover> leftovers() throws IOException;

  /** Ends it. What was appended and not cleared is left behind. */
  @Override
  void close() throws IOException;

  /** The journal of a process that ended. Used by one thread. */
  interface Leftover extends Closeable {

    /** The next payload, or null when there is none that can be read. */
    byte @Nullable [] next() throws IOException;

    /**
     * Ends it when all that {@link #next} gave is in its place. What could not be read is kept aside as a file.
     *
     * @return the files that are damaged; normally none
     */
    List<Path> finish() throws IOException;

    /** Leaves it for a later attempt, which begins at the first payload. */
    @Override
    void close() throws IOException;
  }
}
