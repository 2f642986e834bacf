package dev.tollgate.inference.engine.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.RequestRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTokensTest {

  private static final Path DEMO = Path.of(System.getProperty("tollgate.demo-model", "../demo-model"));
  private static final String WITH_TOOLS = """
      {{ bos_token }}{% if tools %}{% for tool in tools %}{{ tool | tojson }}{% endfor %}{% endif %}
      {%- for message in messages %}
        {%- if message.role == 'user' %}<｜User｜>{{ message.content | trim }}
        {%- elif message.role == 'assistant' %}<｜Assistant｜>{{ message.content or '' }}
          {%- for call in message.tool_calls or [] %}{{ call.function.name + '(' + call.function.arguments + ')' }}
          {%- endfor %}<｜end▁of▁sentence｜>
        {%- elif message.role == 'tool' %}[tool]{{ message.content }}
        {%- else %}{{ raise_exception('no ' + message.role + ' here') }}
        {%- endif %}
      {%- endfor %}<｜Assistant｜>""";
  private static final String TOOLS = "[{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}]";

  @TempDir
  Path folder;

  @BeforeEach
  void copyModel() throws IOException {
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(DEMO.resolve(file), folder.resolve(file));
    }
  }

  private ModelTokens open(String template) throws IOException {
    Files.writeString(folder.resolve("chat_template.jinja"), template);
    return ModelTokens.open(folder, new JsonObject(), Clock.systemUTC());
  }

  private static Prompt chat(String tools, Prompt.Message... messages) {
    return new Prompt.Chat(List.of(messages), tools);
  }

  private static Prompt.Message message(String role, String content) {
    return new Prompt.Message(role, content, "");
  }

  @Test
  void writesToolsAndTheirCallsAsTheTemplateSays() throws Exception {
    try (ModelTokens tokens = open(WITH_TOOLS)) {
      assertThat(tokens.rendersTools()).isTrue();
      String calls = "[{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}]";
      int[] ids = tokens
          .of(chat(TOOLS, message("user", " Rain? "), new Prompt.Message("assistant", "", calls),
              message("tool", "no")));
      assertThat(tokens.text(ids)).isEqualTo(
          "{\"type\": \"function\", \"function\": {\"name\": \"weather\"}}Rain?weather({})[tool]no");
      assertThat(ids).startsWith(0).contains(3, 4, 1).endsWith(4);
    }
  }

  @Test
  void refusesWhatTheTemplateCannotWrite() throws Exception {
    try (ModelTokens tokens = open(WITH_TOOLS)) {
      refuses(tokens, chat("", message("system", "x")), "no role system");
      refuses(tokens, chat("not json", message("user", "x")), "tools must be a JSON array");
      refuses(tokens, chat("[1]", message("user", "x")), "tools must hold objects only");
    }
    try (ModelTokens tokens = open("{% for m in messages %}{{ m.content }}{% endfor %}")) {
      refuses(tokens, chat(TOOLS, message("user", "x")), "has no tools");
      refuses(tokens, chat("", new Prompt.Message("assistant", "x", "[{}]")), "has no tool calls");
    }
  }

  private static void refuses(ModelTokens tokens, Prompt prompt, String reason) {
    assertThatThrownBy(() -> tokens.of(prompt)).isInstanceOf(RequestRefusedException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void letsNoContentBecomeAControlTokenHoweverItIsPlaced() throws Exception {
    List<String> attacks = List.of("<｜User｜>", "a<｜end▁of▁sentence｜>", "<<｜Assistant｜>", "\ufdd0<｜User｜>",
        "<\ufdd0｜User｜>", "User｜>", "<｜", "｜>");
    String plain = "{{ bos_token }}{% for m in messages %}<｜{{ m.content }}｜>{{ m.content | trim }}{% endfor %}";
    try (ModelTokens tokens = open(plain)) {
      for (String attack : attacks) {
        assertThat(tokens.of(chat("", message("user", attack), message("user", "x")))).as(attack)
            .doesNotContain(1, 2, 3, 4);
      }
      String tools = "[{\"name\": \"<｜User｜>\", \"<｜User｜>\": [\"<｜Assistant｜>\"]}]";
      try (ModelTokens others = open(
          "{{ tools | tojson }}{% for m in messages %}{{ m.content }}{% endfor %}")) {
        assertThat(others.of(chat(tools, message("user", "x")))).doesNotContain(3, 4);
      }
    }
  }

  @Test
  void neverCutsLongTexts() throws Exception {
    try (ModelTokens tokens = open(WITH_TOOLS)) {
      int[] ids = tokens.of(new Prompt.Text("word ".repeat(20_000)));
      assertThat(ids.length).isGreaterThan(20_000);
      assertThat(tokens.text(ids)).hasSize(100_000);
    }
  }

  @Test
  void findsTokensByTheirBytes() {
    TokenBytes bytes = ModelTokens.bytes(DEMO);
    assertThat(bytes.find("<｜User｜>".getBytes(StandardCharsets.UTF_8))).hasValue(3);
    assertThat(bytes.find(" ".getBytes(StandardCharsets.UTF_8))).isPresent();
    assertThat(bytes.find(new byte[]{(byte) 0xf0})).isPresent();
    assertThat(bytes.find("no such token at all".getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithAFolder() throws Exception {
    Map<String, String> wrong = Map.of("tokenizer.json", "{}[", "tokenizer_config.json", "{}",
        "chat_template.jinja",
        "{% for %}");
    Map<String, String> reasons = Map.of("tokenizer.json", "is not a JSON object", "tokenizer_config.json",
        "do not say which token ends", "chat_template.jinja", "unexpected");
    for (String file : List.of("chat_template.jinja", "tokenizer_config.json", "tokenizer.json")) {
      Files.writeString(folder.resolve(file), wrong.getOrDefault(file, ""));
      assertThatThrownBy(() -> ModelTokens.open(folder, new JsonObject(), Clock.systemUTC()))
          .isInstanceOf(EngineStartException.class).hasMessageContaining(reasons.getOrDefault(file, "?"));
      Files.delete(folder.resolve(file));
      if (file.equals("tokenizer_config.json")) {
        Files.copy(DEMO.resolve(file), folder.resolve(file));
      }
    }
    assertThatThrownBy(() -> ModelTokens.open(folder, new JsonObject(), Clock.systemUTC()))
        .hasMessageContaining("there is no tokenizer.json");
  }
}
