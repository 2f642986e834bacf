package dev.tollgate.inference.engine.tensorrtllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import dev.tollgate.inference.engine.Answer;
import dev.tollgate.inference.engine.Ask;
import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineConfiguration;
import dev.tollgate.inference.engine.EngineLimits;
import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.FinishReason;
import dev.tollgate.inference.engine.Grant;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.Sequence;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.remote.DemoModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong at the native border, and what is left behind there. */
class TritonTest {

  private static final int REQUESTS = 10_000;

  @ParameterizedTest
  @EnumSource
  void leavesNothingBehindAfterManyRequestsOfWhichManyAreCancelled(Layout layout) throws Exception {
    assumeTrue(layout == Layout.LLMAPI || !StandIn.isReal(), "the C++ backend runs on GPUs only");
    Exercise.run(StandIn.library(), layout, REQUESTS, "", 42);
  }

  /** The library may hold many times the heap; the glue's own limit would end requests for that. */
  @Test
  void doesNotLimitTheMemoryThatTheLibraryHolds() throws Exception {
    try (Engine engine = StandIn.start(8, "{}")) {
      assertThat(Ask.user("x").of(engine).finished().outputTokens()).isPositive();
      assertThat(Pointer.maxPhysicalBytes()).isZero();
    }
  }

  private static TensorRtSettings settings(String more) {
    return TensorRtSettings
        .read(EngineConfiguration.read(StandIn.configuration(StandIn.library(), more), Map.of()));
  }

  @Test
  void survivesManyAnswersAtOnceOfWhichSomeAreCancelledOrNeverGranted() throws Exception {
    Random random = new Random(7);
    try (Engine engine = StandIn.start(2000, "{\"batch_size\": 32}")) {
      List<Answer> answers = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        Answer answer = new Answer();
        Prompt prompt = new Prompt.Ids(TokenIds.of(300 + i, 5, 7));
        Sequence sequence = engine.submit(Ask.prompt(prompt).grant(i % 3, false).request(), answer);
        answers.add(answer);
        if (random.nextInt(4) == 0) {
          sequence.cancel();
        } else {
          sequence.grant(new Grant(10 + i % 40, random.nextBoolean()));
          sequence.grant(new Grant(200, true));
        }
      }
      for (Answer answer : answers) {
        var finished = answer.finished();
        assertThat(finished.reason()).isIn(FinishReason.STOP, FinishReason.LENGTH, FinishReason.CANCELLED);
        assertThat(finished.outputTokens()).isEqualTo(answer.ids().size());
      }
      assertThat(engine.statistics().kvTokensTotal()).isEqualTo(4096);
      assertThat(engine.statistics().kvTokensUsed()).isEqualTo(1234);
    }
  }

  @Test
  void failsAnAnswerWhoseModelBreaksAndGoesOnWithOthers() throws Exception {
    try (Engine engine = StandIn.start(8, "{}")) {
      assertThat(Ask.user("x").salt("standin-error").of(engine).failed())
          .isEqualTo("TensorRT-LLM: the model broke");
      assertThat(engine.healthy()).isTrue();
      assertThat(Ask.user("x").of(engine).finished().outputTokens()).isPositive();
      Answer hanging = new Answer();
      Sequence sequence = engine.submit(Ask.user("x").salt("standin-hang").request(), hanging);
      sequence.cancel();
      assertThat(hanging.finished().reason()).isEqualTo(FinishReason.CANCELLED);
    }
  }

  @ParameterizedTest
  @CsvSource({"standin-memory, a GPU has no memory left (CUDA out of memory, lower kv_cache.memory_share",
      "standin-dead, the model's process has ended (Stub process, kernel's log"})
  void cannotServeWhileTheModelIsInTroubleSaysWhyAndServesAgainOnceItGenerates(String fault, String what,
      String help) throws Exception {
    try (Engine engine = StandIn.start(8, "{}")) {
      assertThat(Ask.user("x").salt(fault).of(engine).failed()).startsWith("TensorRT-LLM: ");
      assertThat(engine.trouble()).hasValueSatisfying(said -> assertThat(said).contains(what, help));
      assertThat(engine.serving()).isFalse();
      assertThat(engine.healthy()).as("it may recover").isTrue();
      await().atMost(Duration.ofSeconds(20)).until(engine::serving);
      assertThat(engine.trouble()).isEmpty();
      assertThat(Ask.user("x").of(engine).finished().outputTokens()).isPositive();
    }
  }

  @Test
  void saysWhatIsWrongAndHowToMendItWhenItCannotStart() {
    refuses("{\"options\": {\"standin_fault\": \"memory\"}}", "CUDA out of memory",
        "lower kv_cache.memory_share");
    refuses("{\"options\": {\"standin_fault\": \"folder\"}}", "no such checkpoint", "check checkpoint");
    refuses("{\"checkpoint\": \"/nowhere\"}", "there is no folder /nowhere", "set checkpoint");
    refuses("{\"kv_cache\": {\"memory_share\": 1.5}}", "kv_cache.memory_share is 1.5", "at most 1");
    refuses("{\"parallelism\": {\"tensor\": 8, \"expert\": 3}}", "parallelism.expert must divide", "8");
    refuses("{\"cuda_grahps\": true}", "cuda_grahps is not an option", "");
    refuses("{\"queue_delay_micros\": 5}", "queue_delay_micros is for the layout executor only",
        "leave it out");
    refuses("{\"guided_decoding_info\": \"x\"}", "guided_decoding_info is for the layout executor",
        "leave it out");
    refuses("{\"profile\": \"deepseek-v9\"}", "there are deepseek-v3-8xh200", "deepseek-v3-8xb200");
    refuses("{\"layout\": \"executor\", \"engine_folder\": \"/\"}", "prompt caches of tenants apart",
        "kv_cache.reuse");
    Path missing = StandIn.configuration(Path.of("/nowhere/libtritonserver.so"), "{}");
    assertThatThrownBy(
        () -> new TensorRtEngineProvider().start("demo", EngineConfiguration.read(missing, Map.of()),
            new EngineLimits(1, Duration.ofSeconds(1), Duration.ofSeconds(1))))
        .isInstanceOf(EngineStartException.class).hasMessageContaining("there is no library /nowhere");
  }

  private static void refuses(String more, String reason, String advice) {
    assertThatThrownBy(() -> StandIn.start(1, more)).as(more).isInstanceOf(EngineStartException.class)
        .hasMessageContaining(reason).hasMessageContaining(advice)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void turnsSettingsAndProfilesIntoTheRuntimesOptions() {
    TensorRtSettings settings = settings(
        "{\"profile\": \"deepseek-v3-8xb200\", \"batch_size\": 128, \"kv_cache\": {\"memory_share\": 0.7}}");
    var llm = settings.llm();
    assertThat(llm.get("tensor_parallel_size").getAsInt()).isEqualTo(8);
    assertThat(llm.get("moe_expert_parallel_size").getAsInt()).isEqualTo(8);
    assertThat(llm.get("max_batch_size").getAsInt()).isEqualTo(128);
    assertThat(llm.getAsJsonObject("kv_cache_config").get("free_gpu_memory_fraction").getAsDouble())
        .isEqualTo(0.7);
    assertThat(llm.getAsJsonObject("kv_cache_config").get("dtype").getAsString()).isEqualTo("fp8");
    assertThat(llm.getAsJsonObject("speculative_config").get("num_nextn_predict_layers").getAsInt())
        .isEqualTo(1);
    assertThat(llm.getAsJsonObject("moe_config").get("backend").getAsString()).isEqualTo("TRTLLM");
    assertThat(settings("{\"profile\": \"deepseek-v3-8xh200\"}").llm().has("speculative_config")).isFalse();
  }

  @Test
  void everySettingHasItsOptionOfTheRuntime() {
    var llm = settings("""
        {"parallelism": {"tensor": 4, "pipeline": 2, "expert": 2, "attention_data": true}, "batch_size": 32,
         "step_tokens": 4096, "context_length": 9000, "chunked_prefill": false, "cuda_graphs": false,
         "multi_token_prediction": 3, "kv_cache": {"memory_share": 0.4, "reuse": false, "type": "nvfp4",
         "tokens_per_block": 64}, "options": {"moe_config": {"backend": "TRTLLM"}}}""").llm();
    assertThat(llm).isEqualTo(JsonParser.parseString(
        """
            {"model": "%s", "tensor_parallel_size": 4, "pipeline_parallel_size": 2, "moe_expert_parallel_size": 2,
             "enable_attention_dp": true, "kv_cache_config": {"free_gpu_memory_fraction": 0.4, "enable_block_reuse": false,
             "dtype": "nvfp4", "tokens_per_block": 64}, "max_batch_size": 32, "max_num_tokens": 4096, "max_seq_len": 9000,
             "enable_chunked_prefill": false, "cuda_graph_config": null, "speculative_config": {"decoding_type": "MTP",
             "num_nextn_predict_layers": 3}, "guided_decoding_backend": "xgrammar", "enable_iter_perf_stats": true,
             "moe_config": {"backend": "TRTLLM"}}"""
            .formatted(DemoModel.FOLDER)));
    assertThat(
        settings("{\"cuda_graphs\": true, \"batch_size\": 16}").llm().getAsJsonObject("cuda_graph_config"))
        .isEqualTo(JsonParser.parseString("{\"enable_padding\": true, \"max_batch_size\": 16}"));
  }
}
