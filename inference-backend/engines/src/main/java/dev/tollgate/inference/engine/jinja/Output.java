package dev.tollgate.inference.engine.jinja;

/** Rendered text, bounded. */
final class Output {

  private static final int MOST_CHARACTERS = 32 << 20;

  private final StringBuilder text = new StringBuilder();

  void add(String more) {
    if (text.length() + (long) more.length() > MOST_CHARACTERS) {
      throw new TemplateException("the chat template renders more than " + MOST_CHARACTERS + " characters");
    }
    text.append(more);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
