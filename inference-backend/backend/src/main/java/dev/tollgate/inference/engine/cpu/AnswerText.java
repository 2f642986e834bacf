package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.text.StopMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of one answer, token by token: whole characters, and nothing that could still become a stop sequence. */
final class AnswerText {

  private final LlamaVocabulary vocabulary;
  private final Utf8Assembler characters = new Utf8Assembler();
  private final StopMatcher stops;

  AnswerText(LlamaVocabulary vocabulary, List<String> stops) {
    this.vocabulary = vocabulary;
    this.stops = new StopMatcher(stops);
  }

  /** The text that became certain with this token. */
  String add(int token) {
    return stops
        .add(characters.add(vocabulary.text(), vocabulary.textStart(token), vocabulary.textEnd(token)));
  }

  /** The stop sequence that was met, null so far. */
  @Nullable
  String stopped() {
    return stops.matched();
  }

  /** What was held back, when no more tokens come. */
  String end() {
    return stopped() != null ? "" : stops.add(characters.end()) + stops.end();
  }
}
