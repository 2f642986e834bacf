package dev.tollgate.billing;

/** What came of a change that an administrator asked for. */
public sealed interface Decision<T> {

  /** It is done; inside a transaction of the caller's, once that commits. */
  record Made<T>(T value) implements Decision<T> {}

  /**
   * It is against a rule. Inside a transaction of the caller's that must be rolled back now.
   *
   * @param field of what was asked for that is at fault
   * @param rule that it breaks: a sentence that begins with "must"
   * @param conflict whether it is against what is there already, so that it might do at another time
   */
  record Refused<T>(String field, String rule, boolean conflict) implements Decision<T> {}

  static <T> Decision<T> made(T value) {
    return new Made<>(value);
  }

  /** Never possible. */
  static <T> Decision<T> refused(String field, String rule) {
    return new Refused<>(field, rule, false);
  }

  /** Not possible beside what is there. */
  static <T> Decision<T> conflict(String field, String rule) {
    return new Refused<>(field, rule, true);
  }
}
