package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.TokenIds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns prompts into ids, within bounds. Safe for use by any thread. */
final class PromptTokens {

  private static final int MOST_CHARACTERS = 4 << 20;
  private static final int MOST_MESSAGES = 4096;

  /** Some models' tokenizers recurse over a run of letters or blanks; this many are safe on a 64 MiB stack. */
  private static final int LONGEST_RUN = 32 * 1024;

  private final LlamaVocabulary vocabulary;
  private final @Nullable ChatTemplate template;

  PromptTokens(LlamaVocabulary vocabulary, @Nullable ChatTemplate template) {
    this.vocabulary = vocabulary;
    this.template = template;
  }

  int[] of(Prompt prompt) throws RequestRefusedException {
    int[] ids = switch (prompt) {
      case Prompt.Chat chat -> chat(chat);
      case Prompt.Text text -> text(text.text());
      case Prompt.Ids given -> checked(given.ids(), "prompt");
    };
    if (ids.length == 0) {
      throw RequestRefusedException.invalid("the prompt is empty");
    }
    return ids;
  }

  /** Ids as given, each of which must be in the vocabulary. */
  int[] checked(TokenIds given, String what) throws RequestRefusedException {
    int[] ids = given.toArray();
    for (int id : ids) {
      if (!vocabulary.contains(id)) {
        throw RequestRefusedException
            .invalid(what + " holds token id " + id + ", the model has ids 0 to " + (vocabulary.size() - 1));
      }
    }
    return ids;
  }

  private int[] chat(Prompt.Chat chat) throws RequestRefusedException {
    if (template == null) {
      throw RequestRefusedException.invalid("this model has no chat template: send a text prompt");
    }
    if (!chat.toolsJson().isEmpty()) {
      throw RequestRefusedException.invalid("this model's chat template has no tools");
    }
    List<Prompt.Message> messages = chat.messages();
    if (messages.isEmpty() || messages.size() > MOST_MESSAGES) {
      throw RequestRefusedException.invalid("a chat must have 1 to " + MOST_MESSAGES + " messages");
    }
    long characters = 0;
    for (Prompt.Message message : messages) {
      characters += message.content().length();
      checkRuns(message.content());
    }
    checkLength(characters);
    return template.tokenize(messages);
  }

  private int[] text(String text) throws RequestRefusedException {
    checkLength(text.length());
    checkRuns(text);
    int[] ids = vocabulary.tokenize(text);
    if (vocabulary.start() < 0) {
      return ids;
    }
    int[] started = new int[ids.length + 1];
    started[0] = vocabulary.start();
    System.arraycopy(ids, 0, started, 1, ids.length);
    return started;
  }

  private static void checkLength(long characters) throws RequestRefusedException {
    if (characters > MOST_CHARACTERS) {
      throw RequestRefusedException
          .invalid("the prompt has " + characters + " characters, at most " + MOST_CHARACTERS + " are taken");
    }
  }

  private static void checkRuns(String text) throws RequestRefusedException {
    int run = 0;
    boolean blank = false;
    for (int i = 0; i < text.length(); i++) {
      boolean isBlank = Character.isWhitespace(text.charAt(i));
      run = isBlank == blank ? run + 1 : 1;
      blank = isBlank;
      if (run > LONGEST_RUN) {
        throw RequestRefusedException.invalid(
            "the prompt has more than " + LONGEST_RUN + " characters in a row " + (blank ? "of" : "without")
                + " blanks");
      }
    }
  }
}
