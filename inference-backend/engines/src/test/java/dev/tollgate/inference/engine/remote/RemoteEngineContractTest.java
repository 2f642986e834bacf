package dev.tollgate.inference.engine.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tollgate.inference.engine.Ask;
import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.ResponseFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteEngineContractTest extends RelayContract<OpenAiServer> {

  private static final List<String> COMMON = List.of("model", "prompt", "max_tokens", "temperature", "stream",
      "stream_options");
  private static final Path FOLDER = folder();

  private static Path folder() {
    try {
      return Files.createDirectories(Path.of("target", "remote-contract"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected OpenAiServer serve(Engine model) throws IOException {
    return new OpenAiServer(model);
  }

  @Override
  protected Engine engine(OpenAiServer asked, int parallel, int queue) {
    return new Remote(FOLDER, asked.port()).with("parallel", parallel).with("run_ahead", 4).start(queue);
  }

  @Override
  protected Map<String, Ask> refusedHere() {
    return Map.of("takes no grammars", Ask.user("x").format(new ResponseFormat.Grammar("root ::= \"a\"")));
  }

  @Test
  void givesASeedOnlyToWhatMayHaveToBeDrawnAnew() throws Exception {
    Ask drawn = Ask.user("Hello!").temperature(0.5f).spareSeed(5);
    assertThat(asked(drawn).has("seed")).as("it goes on from its tokens").isFalse();
    assertThat(asked(drawn.seed(6)).get("seed").getAsLong()).as("the caller's own").isEqualTo(6);
    Ask formatted = drawn.format(new ResponseFormat.JsonObject());
    assertThat(asked(formatted).get("seed").getAsLong()).as("a format begins anew").isEqualTo(5);
    assertThat(asked(formatted.temperature(0f)).has("seed")).as("nothing is drawn").isFalse();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "vllm | {'return_token_ids': true, 'cache_salt': 'tenant', 'priority': -3}",
      "sglang | {'return_token_ids': true, 'cache_salt': 'tenant', 'priority': 3}",
      "trtllm-serve | {'detokenize': false, 'add_special_tokens': false}"}, quoteCharacter = '`')
  void asksEachServerInItsOwnWords(String kind, String words) throws Exception {
    try (Engine engine = new Remote(FOLDER, server().port()).with("server", kind).with("priority", true)
        .with("cache_shared_between_tenants", kind.equals("trtllm-serve")).start(4)) {
      Ask.user("Hello!").most(2).priority(3).salt("tenant").of(engine).finished();
      JsonObject asked = server().requests().getLast();
      assertThat(asked.getAsJsonArray("prompt")).as("token ids").isNotEmpty();
      assertThat(asked.get("stream_options")).isEqualTo(
          JsonParser.parseString("{'include_usage': true, 'continuous_usage_stats': true}"));
      COMMON.forEach(asked::remove);
      assertThat(asked).isEqualTo(JsonParser.parseString(words));
    }
  }

  private JsonObject asked(Ask ask) throws Exception {
    ask.most(2).of(engine()).finished();
    return server().requests().getLast();
  }
}
