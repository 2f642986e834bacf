package dev.tollgate.inference.engine.tensorrtllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.inference.engine.Answer;
import dev.tollgate.inference.engine.Ask;
import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.FinishReason;
import dev.tollgate.inference.engine.remote.RelayContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The layout of TensorRT-LLM's C++ backend over the real JNI glue. The stand-in under it takes and gives that backend's
 * tensors, and refuses what its configuration does not declare.
 */
class ExecutorContractTest extends RelayContract<TokenServer> {

  @Override
  protected TokenServer serve(Engine model) throws IOException {
    return new TokenServer(model);
  }

  @Override
  protected Engine engine(TokenServer asked, int parallel, int queue) {
    return start(asked, queue, "\"batch_size\": " + parallel + ", \"kv_cache\": {\"reuse\": false}", "");
  }

  /** @param told what the stand-in gets to know besides its port */
  private static Engine start(TokenServer asked, int queue, String settings, String told) {
    Path engine = StandIn.engine("{\"standin_port\": " + asked.port() + told + "}");
    return StandIn.start(queue, "{\"layout\": \"executor\", \"engine_folder\": \"" + engine
        + "\", \"guided_decoding_info\": \"" + engine.resolve(StandIn.GUIDED_DECODING_INFO)
        + "\", \"run_ahead\": 4, " + settings + "}");
  }

  @Override
  protected boolean takesBiases() {
    return false;
  }

  /** Without salts, tenants are kept apart by keeping nothing. */
  @Override
  protected boolean reusesPrefixes() {
    return false;
  }

  @Override
  protected Map<String, Ask> refusedHere() {
    return Map.of("no logit_bias", Ask.user("x").bias(Map.of(5, 1f)));
  }

  @Test
  void countsTheBlocksThatTheCacheHadWhereItsOwnerSharesIt() throws Exception {
    try (Engine sharing = start(server(), 4, "\"batch_size\": 8, \"cache_shared_between_tenants\": true,"
        + " \"kv_cache\": {\"reuse\": true, \"tokens_per_block\": 8}", ", \"tokens_per_block\": 8")) {
      Ask.user("Tell me a story about a dog.").of(sharing).finished();
      Answer again = Ask.user("Tell me a story about a dog.").of(sharing);
      assertThat(again.finished().promptTokens()).isBetween(10, 16);
      assertThat(again.finished().cachedPromptTokens()).as("one block of eight").isEqualTo(8);
    }
  }

  @Test
  void tellsTheEndOfAnAnswerAlsoWhereItsEndTokenDoesNotCome() throws Exception {
    try (Engine silent = start(server(), 4, "\"batch_size\": 8, \"kv_cache\": {\"reuse\": false}",
        ", \"standin_end\": \"left-out\"")) {
      Answer answer = Ask.user("What is the capital of France?").of(silent);
      assertThat(answer.finished().reason()).isEqualTo(FinishReason.STOP);
      assertThat(answer.text()).isEqualTo("The capital of France is Paris.");
      Answer cut = Ask.user("What is the capital of France?").most(3).of(silent);
      assertThat(cut.finished().reason()).isEqualTo(FinishReason.LENGTH);
    }
  }
}
