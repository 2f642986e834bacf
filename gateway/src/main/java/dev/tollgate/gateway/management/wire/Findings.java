package dev.tollgate.gateway.management.wire;

import dev.tollgate.gateway.management.problems.FieldError;
import dev.tollgate.gateway.management.problems.RejectedException;
import dev.tollgate.gateway.management.problems.Rejection;
import java.util.ArrayList;
import java.util.List;

/** What was found to be wrong with a body, so that a caller learns all of it at once. */
final class Findings {

  private final List<FieldError> errors = new ArrayList<>();

  void add(String pointer, String rule) {
    errors.add(FieldError.of(pointer, rule));
  }

  void throwIfAny() {
    if (!errors.isEmpty()) {
      throw new RejectedException(new Rejection.Invalid(List.copyOf(errors)));
    }
  }
}
