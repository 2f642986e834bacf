package dev.tollgate.billing.decisions;

import dev.tollgate.billing.Decision;
import java.sql.SQLException;
import org.springframework.dao.DataIntegrityViolationException;

/** Decisions that follow from other decisions, or from what the database refused. */
public final class Decisions {

  private static final String EXCLUSION_VIOLATION = "23P01";
  private static final String CHECK_VIOLATION = "23514";

  private Decisions() {}

  /** The same refusal, of something else. */
  public static <T, U> Decision<U> refusalOf(Decision<T> decision) {
    return switch (decision) {
      case Decision.Refused<T>(String field, String rule, boolean conflict) ->
        new Decision.Refused<>(field, rule, conflict);
      case Decision.Made<T> _ -> throw new IllegalArgumentException("There was no refusal");
    };
  }

  /**
   * What a constraint says: its check speaks for {@code field} and {@code rule}, its exclusion for an overlap in time.
   * Anything else is a fault, which is thrown on.
   */
  public static <T> Decision<T> violated(DataIntegrityViolationException e, String field, String rule) {
    String state = e.getMostSpecificCause() instanceof SQLException cause ? cause.getSQLState() : "";
    if (EXCLUSION_VIOLATION.equals(state)) {
      return Decision.conflict("from", "must not overlap with what holds at that time already");
    }
    if (CHECK_VIOLATION.equals(state)) {
      return Decision.refused(field, rule);
    }
    throw e;
  }
}
