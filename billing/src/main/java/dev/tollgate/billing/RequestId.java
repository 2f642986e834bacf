package dev.tollgate.billing;

import java.util.Optional;
import java.util.UUID;

/**
 * Identifies one request for ever: a settlement is idempotent by this alone. A UUID of version 7, so its order is the
 * order of arrival and usage is partitioned by it (ADR 0003).
 */
public record RequestId(UUID value) {

  private static final int VERSION = 7;

  public RequestId {
    if (value.version() != VERSION) {
      throw new IllegalArgumentException("A request id is a UUID of version 7, not " + value);
    }
  }

  /** The id that a text names, or nothing if it names none. */
  public static Optional<RequestId> read(String text) {
    try {
      return Optional.of(UUID.fromString(text)).filter(id -> id.version() == VERSION).map(RequestId::new);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
