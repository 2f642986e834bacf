package dev.tollgate.inference.engine.tokens;

import com.google.gson.JsonObject;
import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.TokenIds;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model's tokenizer and chat template: prompts become exactly the ids that the model's authors would feed it, and
 * contents never become control tokens. Safe for use by any thread.
 */
public final class ModelTokens implements AutoCloseable {

  private static final int MOST_CHARACTERS = 4 << 20;
  private static final int MOST_MESSAGES = 4096;

  private final Vocabulary vocabulary;
  private final ControlTokens controls;
  private final @Nullable ChatFormat format;
  private final Set<Integer> ends;
  private final int start;
  private final int contextLength;

  private ModelTokens(ModelFiles files, JsonObject templateVariables, Clock clock) {
    this.controls = ControlTokens.of(files.tokenizer());
    this.vocabulary = new Vocabulary(files.tokenizer());
    String template = files.chatTemplate();
    this.format = template == null ? null : new ChatFormat(template, files, templateVariables, clock);
    this.ends = new HashSet<>(files.endIds());
    int named = controls.idOf(files.special("eos_token"));
    if (named >= 0) {
      ends.add(named);
    }
    int startId = controls.idOf(files.special("bos_token"));
    Boolean adds = files.addsStart();
    boolean begins = startId >= 0 && (adds == null ? vocabulary.beginsTextsWith(startId) : adds);
    this.start = begins ? startId : -1;
    this.contextLength = files.contextLength();
  }

  /**
   * Opens a folder with tokenizer.json and, where the model has them, tokenizer_config.json, chat_template.jinja,
   * generation_config.json and config.json.
   *
   * @param templateVariables what the operator sets for the chat template
   * @throws EngineStartException if they cannot be used
   */
  public static ModelTokens open(Path folder, JsonObject templateVariables, Clock clock) {
    ModelTokens tokens = new ModelTokens(ModelFiles.read(folder), templateVariables, clock);
    if (tokens.ends.isEmpty()) {
      tokens.close();
      throw new EngineStartException("the files in " + folder + " do not say which token ends an answer: add "
          + "generation_config.json with eos_token_id, or tokenizer_config.json with eos_token");
    }
    return tokens;
  }

  public int vocabularySize() {
    return vocabulary.size();
  }

  /** Tokens of prompt and answer together that the model was made for; 0 if its files do not say. */
  public int contextLength() {
    return contextLength;
  }

  public boolean rendersTools() {
    return format != null && format.rendersTools();
  }

  /** Whether this token ends an answer. */
  public boolean isEnd(int id) {
    return ends.contains(id);
  }

  public List<Integer> endIds() {
    return ends.stream().sorted().toList();
  }

  /**
   * The ids of a prompt.
   *
   * @throws RequestRefusedException if the prompt is empty, out of bounds or not one for this model
   */
  public int[] of(Prompt prompt) throws RequestRefusedException {
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
  public int[] checked(TokenIds given, String what) throws RequestRefusedException {
    int[] ids = given.toArray();
    for (int id : ids) {
      if (id < 0 || id >= vocabulary.size()) {
        throw RequestRefusedException
            .invalid(what + " holds token id " + id + ", the model has ids 0 to " + (vocabulary.size() - 1));
      }
    }
    return ids;
  }

  /** The text of ids that are in the vocabulary; control tokens render as nothing. */
  public String text(int[] ids) {
    return vocabulary.decode(ids, 0, ids.length);
  }

  /** Its tokens by their bytes; made anew each time. */
  public static TokenBytes bytes(Path folder) {
    return new TokenBytes(ModelFiles.read(folder).tokenizer());
  }

  /** The text of a new answer to this prompt. */
  public AnswerText answer(int[] prompt, List<String> stops) {
    return new AnswerText(vocabulary, prompt, stops);
  }

  private int[] text(String text) throws RequestRefusedException {
    checkLength(text.length());
    IntStream.Builder ids = IntStream.builder();
    if (start >= 0) {
      ids.add(start);
    }
    encode(text, ids);
    return ids.build().toArray();
  }

  private int[] chat(Prompt.Chat chat) throws RequestRefusedException {
    if (format == null) {
      throw RequestRefusedException.invalid("this model has no chat template: send a text prompt");
    }
    if (chat.messages().isEmpty() || chat.messages().size() > MOST_MESSAGES) {
      throw RequestRefusedException.invalid("a chat must have 1 to " + MOST_MESSAGES + " messages");
    }
    List<String> contents = Conversation.contents(chat);
    checkLength(contents.stream().mapToLong(String::length).sum());
    char mark = ControlTokens.mark(contents);
    if (mark == 0) {
      throw RequestRefusedException.invalid("the prompt has every one of the characters that mean nothing");
    }
    String rendering = format.render(chat, content -> controls.disarm(content, mark));
    return ids(rendering, String.valueOf(mark));
  }

  /** Control tokens that are written out, and the ids of the plain text between them. */
  private int[] ids(String rendering, String mark) throws RequestRefusedException {
    IntStream.Builder ids = IntStream.builder();
    int done = 0;
    boolean stripped = false;
    for (int at = 0; at < rendering.length(); at++) {
      ControlTokens.Control control = controls.at(rendering, at);
      if (control != null) {
        String run = rendering.substring(done, at);
        run = stripped ? run.stripLeading() : run;
        encode((control.stripsLeft() ? run.stripTrailing() : run).replace(mark, ""), ids);
        ids.add(control.id());
        stripped = control.stripsRight();
        at += control.text().length() - 1;
        done = at + 1;
      }
    }
    String rest = rendering.substring(done);
    encode((stripped ? rest.stripLeading() : rest).replace(mark, ""), ids);
    return ids.build().toArray();
  }

  private void encode(String text, IntStream.Builder ids) throws RequestRefusedException {
    for (int id : vocabulary.encode(text)) {
      if (controls.has(id)) {
        throw RequestRefusedException.invalid("the prompt writes out the control token " + id);
      }
      ids.add(id);
    }
  }

  private static void checkLength(long characters) throws RequestRefusedException {
    if (characters > MOST_CHARACTERS) {
      throw RequestRefusedException
          .invalid("the prompt has " + characters + " characters, at most " + MOST_CHARACTERS + " are taken");
    }
  }

  @Override
  public void close() {
    vocabulary.close();
  }
}
