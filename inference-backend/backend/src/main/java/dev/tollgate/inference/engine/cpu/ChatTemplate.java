package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.RequestRefusedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts a conversation into the model's own format. llama.cpp renders it with marks in place of the contents, and the
 * contents are put in afterwards: so only the template can write control tokens, whatever the contents say. Safe for
 * use by any thread.
 */
final class ChatTemplate {

  private static final List<String> ROLES = List.of("system", "user", "assistant", "tool");

  /** Around each mark stands white space that no template writes; where it is gone, the template trims contents. */
  private static final char PAD = '\u000b';
  private static final char OPEN = '\ue000';
  private static final char CLOSE = '\ue001';
  private static final Pattern MARK = Pattern.compile(PAD + "?" + OPEN + "(\\d+)" + CLOSE + PAD + "?");

  private final LlamaLibrary library;
  private final LlamaVocabulary vocabulary;
  private final String template;
  private final Set<String> roles = new HashSet<>();

  /**
   * @param template Jinja text, or one of llama.cpp's own template names
   * @throws EngineStartException if llama.cpp does not know it
   */
  ChatTemplate(LlamaLibrary library, LlamaVocabulary vocabulary, String template) {
    this.library = library;
    this.vocabulary = vocabulary;
    this.template = template;
    Set<String> renderings = new HashSet<>();
    for (String role : ROLES) {
      String rendering = renderMarks(List.of(role));
      // A template without tools renders their results like an answer or not at all.
      if (MARK.matcher(rendering).find() && renderings.add(rendering)) {
        roles.add(role);
      }
    }
    if (!roles.contains("user")) {
      throw new EngineStartException("the chat template is not one that llama.cpp knows: "
          + "name a built-in one that fits with --chat-template, for example chatml, llama3 or deepseek3");
    }
  }

  int[] tokenize(List<Prompt.Message> messages) throws RequestRefusedException {
    List<String> names = new ArrayList<>();
    for (Prompt.Message message : messages) {
      names.add(role(message));
    }
    String rendering = renderMarks(names);
    TemplateTokens tokens = new TemplateTokens(vocabulary);
    boolean[] seen = new boolean[messages.size()];
    Matcher mark = MARK.matcher(rendering);
    int done = 0;
    while (mark.find()) {
      tokens.template(rendering.substring(done, mark.start()));
      int index = Integer.parseInt(mark.group(1));
      String content = messages.get(index).content();
      tokens.content(mark.group().charAt(0) == PAD ? content : content.strip());
      seen[index] = true;
      done = mark.end();
    }
    tokens.template(rendering.substring(done));
    for (int i = 0; i < seen.length; i++) {
      if (!seen[i]) {
        throw RequestRefusedException.invalid("the model's chat template has no place for message " + i
            + " (role " + messages.get(i).role() + ") in this order of roles");
      }
    }
    return tokens.ids();
  }

  private String role(Prompt.Message message) throws RequestRefusedException {
    String role = message.role().equals("developer") ? "system" : message.role();
    if (!roles.contains(role)) {
      throw RequestRefusedException.invalid(ROLES.contains(role)
          ? "this model's chat template has no role " + role
          : "unknown role; use system, developer, user, assistant or tool");
    }
    if (!message.toolCallsJson().isEmpty()) {
      throw RequestRefusedException.invalid("this model's chat template has no tool calls");
    }
    return role;
  }

  private String renderMarks(List<String> names) {
    try (Arena arena = Arena.ofConfined()) {
      long step = LlamaLayouts.CHAT_MESSAGE.byteSize();
      MemorySegment chat = arena.allocate(LlamaLayouts.CHAT_MESSAGE, names.size());
      for (int i = 0; i < names.size(); i++) {
        String mark = "" + PAD + OPEN + i + CLOSE + PAD;
        chat.set(ValueLayout.ADDRESS, i * step, arena.allocateFrom(names.get(i)));
        chat.set(ValueLayout.ADDRESS, i * step + 8, arena.allocateFrom(mark));
      }
      MemorySegment name = arena.allocateFrom(template);
      int room = 1024 + 256 * names.size();
      while (true) {
        MemorySegment text = arena.allocate(room + 1L);
        int length = library.applyChatTemplate.callInt(name, chat, (long) names.size(), true, text, room);
        if (length < 0) {
          throw new EngineStartException("the chat template is not one that llama.cpp knows: "
              + "name a built-in one that fits with --chat-template, for example chatml, llama3 or deepseek3");
        }
        if (length <= room) {
          return text.getString(0);
        }
        room = length;
      }
    }
  }
}
