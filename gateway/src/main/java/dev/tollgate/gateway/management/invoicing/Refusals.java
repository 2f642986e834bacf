package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.gateway.management.problems.RejectedException;
import dev.tollgate.gateway.management.problems.Rejection;
import java.util.Locale;

/** Refusals of billing, which say a rule and what is possible instead, as rejections. */
final class Refusals {

  private Refusals() {}

  /**
   * A rejection for what does not go together with what is there.
   *
   * @param pointer into the body; empty for the whole
   */
  static RejectedException conflict(String pointer, String rule, String instead) {
    return Rejection.conflict(pointer,
        "must go together with what is there: " + inner(rule) + ". " + instead);
  }

  /**
   * A rejection of a field, which may be wrong in itself.
   *
   * @param pointer into the body; empty for the state of what is there
   * @param conflict whether it is wrong beside what is there only
   */
  static RejectedException of(String pointer, String rule, String instead, boolean conflict) {
    return conflict ? conflict(pointer, rule, instead)
        : Rejection.invalid(pointer, "must keep to the rule: " + inner(rule) + ". " + instead);
  }

  private static String inner(String sentence) {
    String first = sentence.substring(0, 1);
    boolean word = sentence.length() > 1 && Character.isLowerCase(sentence.charAt(1));
    return (word ? first.toLowerCase(Locale.ROOT) : first) + sentence.substring(1);
  }
}
