package dev.tollgate.gateway.admission.limits;

import java.util.UUID;

/** That an instance is short of a limit, as the change feed carries it. */
record Recall(long epoch, UUID subject, LimitKind kind) {

  static Recall parse(String text) {
    String[] parts = text.split("/", 3);
    return new Recall(Long.parseLong(parts[0]), UUID.fromString(parts[1]), LimitKind.valueOf(parts[2]));
  }

  @Override
  public String toString() {
    return epoch + "/" + subject + "/" + kind;
  }
}
