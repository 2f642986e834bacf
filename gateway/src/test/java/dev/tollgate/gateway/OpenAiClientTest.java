package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import dev.tollgate.testing.StandInBackend;
import java.util.List;
import org.junit.jupiter.api.Test;

/** OpenAI's own client for Java works unchanged. */
class OpenAiClientTest extends GatewayTest {

  private OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder().baseUrl("http://127.0.0.1:" + port + "/v1").apiKey(key).maxRetries(0)
        .build();
  }

  private static ChatCompletionCreateParams.Builder chat(String content) {
    return ChatCompletionCreateParams.builder().model(StandInBackend.MODEL).addUserMessage(content);
  }

  @Test
  void chatCompletion() {
    ChatCompletion answer = client(account(USD).secret()).chat().completions()
        .create(chat("hello there out=3").build());
    assertThat(answer.choices().getFirst().message().content()).contains("w0 w1 w2");
    assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(6);
  }

  @Test
  void chatCompletionAsAStream() {
    var params = chat("hello out=50")
        .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build()).build();
    try (StreamResponse<ChatCompletionChunk> stream = client(account(USD).secret()).chat().completions()
        .createStreaming(params)) {
      List<ChatCompletionChunk> chunks = stream.stream().toList();
      assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isEqualTo(50);
      assertThat(chunks.stream().flatMap(chunk -> chunk.choices().stream())
          .flatMap(choice -> choice.finishReason().stream()).toList())
          .containsExactly(ChatCompletionChunk.Choice.FinishReason.STOP);
    }
  }

  @Test
  void completionAndModels() {
    OpenAIClient client = client(account(USD).secret());
    Completion answer = client.completions()
        .create(
            CompletionCreateParams.builder().model(StandInBackend.MODEL).prompt("once upon out=2").build());
    assertThat(answer.choices().getFirst().text()).isEqualTo("w0 w1");
    assertThat(client.models().list().data().getFirst().id()).isEqualTo(StandInBackend.MODEL);
  }

  @Test
  void errorsArriveAsTheClientsOwnExceptions() {
    assertThatThrownBy(() -> client("sk-nothing").models().list()).isInstanceOf(UnauthorizedException.class);
    assertThatThrownBy(() -> client(account(USD).secret()).chat().completions()
        .create(ChatCompletionCreateParams.builder().model("none").addUserMessage("x").build()))
        .isInstanceOf(NotFoundException.class).hasMessageContaining("does not exist");
  }
}
