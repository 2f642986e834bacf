package dev.tollgate.inference.engine.tokens;

import com.google.gson.JsonObject;
import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.jinja.Template;
import dev.tollgate.inference.engine.jinja.TemplateException;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The model's own way to write a conversation down. What it can express is found out at the start, by trying. */
final class ChatFormat {

  private static final List<String> ROLES = List.of("system", "user", "assistant", "tool");
  private static final String PROBE = "probe";
  private static final String TOOLS = """
      [{"type": "function", "function": {"name": "probe", "description": "", "parameters": {"type": "object",
        "properties": {}}}}]""";
  private static final String CALLS = """
      [{"id": "call00001", "type": "function", "function": {"name": "probe", "arguments": "{}"}}]""";

  private final Template template;
  private final Map<String, @Nullable Object> variables = new HashMap<>();
  private final Set<String> roles = new HashSet<>();
  private final boolean rendersTools;
  private final boolean rendersCalls;
  private final boolean argumentsAsObjects;

  /** @throws EngineStartException if the template cannot be read or knows no user */
  ChatFormat(String source, ModelFiles files, JsonObject templateVariables, Clock clock) {
    try {
      this.template = Template.parse(source, clock);
    } catch (TemplateException e) {
      throw new EngineStartException(String.valueOf(e.getMessage()));
    }
    variables.put("bos_token", files.special("bos_token"));
    variables.put("eos_token", files.special("eos_token"));
    variables.put("documents", null);
    variables.put("add_generation_prompt", true);
    templateVariables.entrySet()
        .forEach(entry -> variables.put(entry.getKey(), Conversation.variable(entry.getValue())));
    this.rendersTools = shows(List.of(message("user", "", "")), TOOLS, true);
    boolean callsAsObjects = showsCalls(true);
    this.rendersCalls = callsAsObjects || showsCalls(false);
    this.argumentsAsObjects = callsAsObjects;
    for (String role : ROLES) {
      if (knows(role)) {
        roles.add(role);
      }
    }
    if (!roles.contains("user")) {
      throw new EngineStartException(
          "the chat template does not write down what a user says: name a template that does");
    }
  }

  private static Prompt.Message message(String role, String content, String calls) {
    return new Prompt.Message(role, content, calls);
  }

  private boolean knows(String role) {
    Prompt.Message user = message("user", "", "");
    Prompt.Message asked = message(role, PROBE, "");
    return switch (role) {
      case "system" -> shows(List.of(asked, user), "", true);
      case "user" -> shows(List.of(asked), "", true);
      case "assistant" -> shows(List.of(user, asked, user), "", true);
      default -> rendersCalls && shows(
          List.of(user, message("assistant", "", CALLS.replace(PROBE, "other")), asked), "",
          argumentsAsObjects);
    };
  }

  private boolean showsCalls(boolean asObjects) {
    return shows(List.of(message("user", "", ""), message("assistant", "", CALLS), message("tool", "", "")),
        "",
        asObjects);
  }

  private boolean shows(List<Prompt.Message> messages, String tools, boolean asObjects) {
    try {
      Prompt.Chat chat = new Prompt.Chat(messages, tools);
      return render(Conversation.of(chat, asObjects, UnaryOperator.identity())).contains(PROBE);
    } catch (TemplateException | RequestRefusedException _) {
      return false;
    }
  }

  private String render(Conversation conversation) {
    Map<String, @Nullable Object> all = new HashMap<>(variables);
    all.put("messages", conversation.messages());
    all.put("tools", conversation.tools());
    return template.render(all);
  }

  boolean rendersTools() {
    return rendersTools;
  }

  /** @throws RequestRefusedException if the template has no way to write this conversation */
  String render(Prompt.Chat chat, UnaryOperator<String> disarm) throws RequestRefusedException {
    if (!chat.toolsJson().isEmpty() && !rendersTools) {
      throw RequestRefusedException.invalid("this model's chat template has no tools");
    }
    for (Prompt.Message message : chat.messages()) {
      check(message);
    }
    try {
      return render(Conversation.of(chat, argumentsAsObjects, disarm));
    } catch (TemplateException e) {
      throw RequestRefusedException.invalid(e.raisedByTemplate()
          ? "the model's chat template refuses this conversation: " + e.getMessage()
          : "the model's chat template cannot write this conversation: " + e.getMessage());
    }
  }

  private void check(Prompt.Message message) throws RequestRefusedException {
    String role = message.role().equals("developer") ? "system" : message.role();
    if (!roles.contains(role)) {
      throw RequestRefusedException.invalid(ROLES.contains(role)
          ? "this model's chat template has no role " + role
          : "unknown role; use system, developer, user, assistant or tool");
    }
    if (!message.toolCallsJson().isEmpty() && !rendersCalls) {
      throw RequestRefusedException.invalid("this model's chat template has no tool calls");
    }
  }
}
