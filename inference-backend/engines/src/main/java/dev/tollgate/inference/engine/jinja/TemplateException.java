package dev.tollgate.inference.engine.jinja;

/** A template that cannot be read or rendered; the message is one line. */
public final class TemplateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean raisedByTemplate;

  TemplateException(String message) {
    this(message, false);
  }

  private TemplateException(String message, boolean raisedByTemplate) {
    super(message);
    this.raisedByTemplate = raisedByTemplate;
  }

  static TemplateException raised(String message) {
    return new TemplateException(message, true);
  }

  /** Whether the template itself refused the conversation, by {@code raise_exception}. */
  public boolean raisedByTemplate() {
    return raisedByTemplate;
  }
}
