package dev.tollgate.gateway.management.wire;

import dev.tollgate.billing.Decision;
import dev.tollgate.gateway.management.problems.Rejection;
import java.util.Map;

/** What billing decided, or its refusal as a rejection that points into the body. */
public final class Decided {

  private Decided() {}

  public static <T> T value(Decision<T> decision) {
    return value(decision, Map.of());
  }

  /**
   * The value of a decision.
   *
   * @param pointers where a field that billing names stands in the body, if not below its name at the top; empty for
   *     what is not in the body
   */
  public static <T> T value(Decision<T> decision, Map<String, String> pointers) {
    return switch (decision) {
      case Decision.Made<T>(T value) -> value;
      case Decision.Refused<T>(String field, String rule, boolean conflict) -> {
        String pointer = pointers.getOrDefault(field, "/" + field);
        throw conflict ? Rejection.conflict(pointer, rule) : Rejection.invalid(pointer, rule);
      }
    };
  }
}
