package dev.tollgate.gateway.console.forms;

import java.util.List;

/**
 * One field of a form. Its label is the message {@code field.NAME}, its hint {@code field.NAME.hint} where there is one.
 *
 * @param value what it shows at first
 * @param options to choose from; empty for fields that are typed
 */
public record Field(String name, Kind kind, boolean required, String value, List<Option> options) {

  /** What is typed or chosen. */
  public enum Kind {
    TEXT, EMAIL, PASSWORD, NUMBER, MONEY, MONTH, MOMENT, LONG_TEXT, CHOICE, CHOICES, SWITCH
  }

  /**
   * Something to choose.
   *
   * @param label shown as it is; where it is empty, the message {@code option.VALUE}, or the value where it has none
   */
  public record Option(String value, String label) {

    public static Option named(String value) {
      return new Option(value, "");
    }
  }

  public static Field required(String name, Kind kind) {
    return new Field(name, kind, true, "", List.of());
  }

  public static Field optional(String name, Kind kind) {
    return new Field(name, kind, false, "", List.of());
  }

  /** One of some options; the first unless another value is set. */
  public static Field choice(String name, List<Option> options) {
    return new Field(name, Kind.CHOICE, true, "", List.copyOf(options));
  }

  /** Any of some options; the value names those that are chosen at first, with commas between them. */
  public static Field choices(String name, List<Option> options) {
    return new Field(name, Kind.CHOICES, false, "", List.copyOf(options));
  }

  public Field with(String shown) {
    return new Field(name, kind, required, shown, options);
  }

  /** As HTML calls the kind. */
  public String inputType() {
    return switch (kind) {
      case EMAIL -> "email";
      case PASSWORD -> "password";
      case MONTH -> "month";
      case MOMENT -> "datetime-local";
      case TEXT, NUMBER, MONEY, LONG_TEXT, CHOICE, CHOICES, SWITCH -> "text";
    };
  }

  /** Which keyboard a phone shows. */
  public String inputMode() {
    return switch (kind) {
      case NUMBER -> "numeric";
      case MONEY -> "decimal";
      case EMAIL -> "email";
      case TEXT, PASSWORD, MONTH, MOMENT, LONG_TEXT, CHOICE, CHOICES, SWITCH -> "text";
    };
  }
}
