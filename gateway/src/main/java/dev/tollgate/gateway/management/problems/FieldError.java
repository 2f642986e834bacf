package dev.tollgate.gateway.management.problems;

/**
 * What is wrong with one part of a request.
 *
 * @param field JSON Pointer (RFC 6901) into the body; the name of a query parameter or header where it is none of the
 *     body; empty for the whole
 * @param rule that is broken: begins with "must"
 * @param message the same as a sentence for people
 */
public record FieldError(String field, String rule, String message) {

  public static FieldError of(String field, String rule) {
    return new FieldError(field, rule, (field.isEmpty() ? "This" : field) + " " + rule + ".");
  }
}
