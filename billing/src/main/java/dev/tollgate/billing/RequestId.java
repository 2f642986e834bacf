package dev.tollgate.billing;

import java.util.UUID;

/**
 * Identifies one request for ever: a settlement is idempotent by this alone. A UUID of version 7, so its order is the
 * order of arrival and usage is partitioned by it (ADR 0003).
 */
public record RequestId(UUID value) {

  public RequestId {
    if (value.version() != 7) {
      throw new IllegalArgumentException("A request id is a UUID of version 7, not " + value);
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
