package dev.tollgate.inference.engine.cpu;

import java.util.stream.IntStream;

/**
 * Joins a template's own text and the contents it frames into ids. Plain text that meets is tokenised as one run, as
 * if the whole prompt had been written out; control tokens are looked for in the template's text only.
 */
final class TemplateTokens {

  private final LlamaVocabulary vocabulary;
  private final IntStream.Builder ids = IntStream.builder();
  private final StringBuilder run = new StringBuilder();
  private boolean strippedStart;
  private boolean empty = true;

  TemplateTokens(LlamaVocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  void content(String text) {
    run.append(text);
  }

  void template(String text) {
    int at = 0;
    while (at < text.length()) {
      LlamaVocabulary.Special special = specialAt(text, at);
      if (special == null) {
        run.append(text.charAt(at));
        at++;
      } else {
        endRun(special.stripsLeft());
        add(special.id());
        strippedStart = special.stripsRight();
        at += special.text().length();
      }
    }
  }

  int[] ids() {
    endRun(false);
    return ids.build().toArray();
  }

  private LlamaVocabulary.@org.jspecify.annotations.Nullable Special specialAt(String text, int at) {
    for (LlamaVocabulary.Special special : vocabulary.specials()) {
      if (text.startsWith(special.text(), at)) {
        return special;
      }
    }
    return null;
  }

  private void endRun(boolean strippedEnd) {
    String text = run.toString();
    text = strippedStart ? text.stripLeading() : text;
    text = strippedEnd ? text.stripTrailing() : text;
    for (int id : vocabulary.tokenize(text)) {
      add(id);
    }
    run.setLength(0);
    strippedStart = false;
  }

  private void add(int id) {
    if (empty && vocabulary.start() >= 0 && id != vocabulary.start()) {
      ids.add(vocabulary.start());
    }
    empty = false;
    ids.add(id);
  }
}
