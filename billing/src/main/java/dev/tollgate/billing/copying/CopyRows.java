package dev.tollgate.billing.copying;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the binary format of PostgreSQL's {@code COPY} (its documentation, "Binary Format"; a value is sent as its
 * type's {@code …send} function writes it). The first bytes are the format's header.
 */
public final class CopyRows {

  private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class,
      ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class,
      ByteOrder.BIG_ENDIAN);
  /** The object id of the type, fixed in PostgreSQL's catalogue ({@code pg_type.dat}). */
  private static final int BIGINT_TYPE = 20;
  private static final long MICROS = 1_000_000;
  /** Timestamps count from 2000. */
  private static final long EPOCH_SECOND = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();

  private byte[] bytes;
  private int length;

  CopyRows(int capacity) {
    bytes = new byte[Math.max(capacity, 64)];
    System.arraycopy(SIGNATURE, 0, bytes, 0, SIGNATURE.length);
    // No flags, no header extension.
    length = SIGNATURE.length + 2 * Integer.BYTES;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Forgets the bytes, once they are sent. */
  void clear() {
    length = 0;
  }

  /** Columns follow, as many as this, in the order in which the copy names them. */
  void beginRow(int columns) {
    shortInt(columns);
  }

  void end() {
    shortInt(-1);
  }

  /** A {@code uuid}. */
  public void uuid(UUID value) {
    reserve(20);
    INT.set(bytes, length, 16);
    LONG.set(bytes, length + 4, value.getMostSignificantBits());
    LONG.set(bytes, length + 12, value.getLeastSignificantBits());
    length += 20;
  }

  /** A {@code smallint}. */
  public void smallint(short value) {
    reserve(6);
    integer(Short.BYTES);
    shortInt(value);
  }

  /** A {@code bigint}. */
  public void bigint(long value) {
    reserve(12);
    INT.set(bytes, length, 8);
    LONG.set(bytes, length + 4, value);
    length += 12;
  }

  /**
   * A {@code timestamptz}, cut off below a microsecond.
   *
   * @throws ArithmeticException if it is too far from now to be counted in microseconds
   */
  public void instant(@Nullable Instant value) {
    if (value == null) {
      nothing();
    } else {
      long seconds = Math.subtractExact(value.getEpochSecond(), EPOCH_SECOND);
      bigint(Math.addExact(Math.multiplyExact(seconds, MICROS), value.getNano() / 1_000));
    }
  }

  /** A {@code text} or {@code json}. */
  public void text(@Nullable String value) {
    if (value == null) {
      nothing();
      return;
    }
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    bytea(encoded, encoded.length);
  }

  /** A {@code bytea}: so many of the first bytes. */
  public void bytea(byte[] value, int count) {
    reserve(4 + count);
    INT.set(bytes, length, count);
    System.arraycopy(value, 0, bytes, length + 4, count);
    length += 4 + count;
  }

  /** A {@code bigint[]} of one dimension, numbered from 1; an empty one has no dimension. */
  public <T> void bigints(Collection<T> rows, ToLongFunction<T> value) {
    reserve(24);
    int begin = length;
    length += 4;
    integer(rows.isEmpty() ? 0 : 1);
    integer(0);
    integer(BIGINT_TYPE);
    if (!rows.isEmpty()) {
      integer(rows.size());
      integer(1);
    }
    for (T row : rows) {
      bigint(value.applyAsLong(row));
    }
    INT.set(bytes, begin, length - begin - 4);
  }

  private void integer(int value) {
    INT.set(bytes, length, value);
    length += 4;
  }

  private void nothing() {
    reserve(4);
    INT.set(bytes, length, -1);
    length += 4;
  }

  private void shortInt(int value) {
    reserve(2);
    bytes[length++] = (byte) (value >> 8);
    bytes[length++] = (byte) value;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
    }
  }
}
