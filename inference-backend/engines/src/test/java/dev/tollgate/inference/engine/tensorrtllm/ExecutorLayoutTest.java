package dev.tollgate.inference.engine.tensorrtllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.inference.engine.Ask;
import dev.tollgate.inference.engine.EngineConfiguration;
import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.GenerationRequest;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.relay.Order;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words in which TensorRT-LLM's C++ backend is spoken to, against what its configuration declares. */
class ExecutorLayoutTest {

  private static final int END = 1;
  private static final Pattern DECLARED = Pattern.compile("name: \"(\\w+)\" data_type: TYPE_(\\w+)");

  private final ExecutorLayout layout = new ExecutorLayout(List.of(END), 64, true);

  private Map<String, Tensor> inputs(Ask ask) {
    GenerationRequest request = ask.request();
    Map<String, Tensor> inputs = new HashMap<>();
    layout.inputs(
        new Order(request.prompt(), TokenIds.of(300, 301, 302), 0, 17, request.sampling(), 99, 0, ""))
        .forEach(tensor -> inputs.put(tensor.name(), tensor));
    return inputs;
  }

  private static ByteBuffer data(Map<String, Tensor> inputs, String name) {
    return Objects.requireNonNull(inputs.get(name)).data();
  }

  private static String configuration() throws Exception {
    return configuration("");
  }

  private static TensorRtSettings settings(String more) {
    return TensorRtSettings.read(EngineConfiguration.read(StandIn.configuration(Path.of("unused"),
        """
            {"layout": "executor", "engine_folder": "/engines/mixtral", "batch_size": 48, "queue_delay_micros": 700,
             "chunked_prefill": false, "kv_cache": {"memory_share": 0.5, "reuse": false}%s}"""
            .formatted(more)),
        Map.of()));
  }

  private static String configuration(String more) throws Exception {
    try (ModelRepository repository = ModelRepository.write(settings(more))) {
      return Files.readString(repository.folder().resolve(ModelRepository.MODEL).resolve("config.pbtxt"));
    }
  }

  @Test
  void sendsOnlyWhatItsConfigurationDeclaresInTheTypeThatItDeclares() throws Exception {
    Map<String, String> declared = new HashMap<>();
    DECLARED.matcher(configuration()).results()
        .forEach(found -> declared.put(found.group(1), found.group(2)));
    Ask drawn = Ask.user("x").temperature(0.5f).topP(0.9f).topK(40).penalties(1, 1, 1.5f);
    for (Ask ask : List.of(Ask.user("x"), drawn, drawn.format(new ResponseFormat.JsonSchema("{}")),
        drawn.format(new ResponseFormat.Grammar("root ::= \"a\"")))) {
      assertThat(inputs(ask)).allSatisfy((name, tensor) -> assertThat(declared).containsKey(name));
    }
    Map<String, String> types = Map.of("input_ids", "INT32", "seed", "UINT64", "temperature", "FP32",
        "streaming",
        "BOOL", "guided_decoding_guide", "STRING");
    assertThat(declared).containsAllEntriesOf(types);
  }

  @Test
  void asksForTheTokensThatAreOrderedFromTheSeedThatIsGiven() {
    Map<String, Tensor> inputs = inputs(Ask.user("x").temperature(0.5f).seed(99));
    assertThat(Objects.requireNonNull(inputs.get("input_ids")).shape()).containsExactly(1L, 3L);
    assertThat(data(inputs, "input_ids").getInt(4)).isEqualTo(301);
    assertThat(data(inputs, "input_lengths").getInt(0)).isEqualTo(3);
    assertThat(data(inputs, "request_output_len").getInt(0)).isEqualTo(17);
    assertThat(data(inputs, "seed").getLong(0)).isEqualTo(99);
    assertThat(data(inputs, "temperature").getFloat(0)).isEqualTo(0.5f);
    assertThat(data(inputs, "end_id").getInt(0)).isEqualTo(END);
    assertThat(data(inputs(Ask.user("x").withoutEnd()), "end_id").getInt(0)).isEqualTo(-1);
    assertThat(data(inputs(Ask.user("x")), "runtime_top_k").getInt(0)).as("greedy").isEqualTo(1);
  }

  @Test
  void readsWhatIsValidAndHowItEnded() {
    var goesOn = layout.read(response(false, 1, 300, 7), 5);
    assertThat(goesOn.ids()).isEqualTo(TokenIds.of(300));
    assertThat(goesOn.end()).isEqualTo(TensorLayout.End.GOES_ON);
    assertThat(goesOn.cachedTokens()).isEqualTo(128);
    assertThat(layout.read(response(true, 2, 300, END), 2).end()).isEqualTo(TensorLayout.End.STOP);
    assertThat(layout.read(response(true, 2, 300, 301), 2).end()).isEqualTo(TensorLayout.End.LENGTH);
    assertThat(layout.read(response(true, 2, 300, 301), 3).end()).as("shorter than ordered")
        .isEqualTo(TensorLayout.End.STOP);
  }

  private static TritonResponse response(boolean last, int valid, int... ids) {
    return new TritonResponse(Map.of("output_ids", TokenIds.of(ids), "sequence_length", TokenIds.of(valid),
        "kv_cache_reused_blocks", TokenIds.of(2)), null, last);
  }

  @Test
  void configuresTheBackendAsItsSettingsSay() throws Exception {
    assertThat(configuration()).contains("max_batch_size: 48", "max_queue_delay_microseconds: 700",
        parameter("gpt_model_path", "/engines/mixtral"), parameter("kv_cache_free_gpu_mem_fraction", "0.5"),
        parameter("enable_kv_cache_reuse", "false"), parameter("enable_chunked_context", "false"),
        "decoupled: true");
  }

  /** The backend reads these three before it looks whether guided decoding is wanted. */
  @Test
  void namesTheTokenizersInformationAlwaysAndNothingInItWhereThereIsNone() throws Exception {
    assertThat(configuration()).contains(parameter("xgrammar_tokenizer_info_path", ""),
        parameter("guided_decoding_backend", ""), parameter("tokenizer_dir", ""));
    Path info = StandIn.engine("{}").resolve(StandIn.GUIDED_DECODING_INFO);
    assertThat(configuration(", \"guided_decoding_info\": \"" + info + "\"")).contains(
        parameter("xgrammar_tokenizer_info_path", info.toString()),
        parameter("guided_decoding_backend", "xgrammar"));
  }

  @Test
  void replaysGraphsOnlyWhereItIsTold() throws Exception {
    assertThat(configuration()).doesNotContain("cuda_graph");
    assertThat(configuration(", \"cuda_graphs\": true")).contains(parameter("cuda_graph_mode", "true"),
        parameter("cuda_graph_cache_size", "1000"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "\"parallelism\": {\"tensor\": 2} | parallelism is what the engine was built for",
      "\"step_tokens\": 4096 | step_tokens is what the engine was built with",
      "\"multi_token_prediction\": 1 | multi_token_prediction is not in the layout executor",
      "\"options\": {\"moe_config\": {}} | options are the LLM API's",
      "\"kv_cache\": {\"type\": \"fp8\", \"reuse\": false} | kv_cache.type is what the engine was built with",
      "\"guided_decoding_info\": \"/nowhere.json\" | guided_decoding_info names /nowhere.json, which is no file"})
  void refusesSettingsThatWouldHaveNoEffect(String setting, String why) {
    Path file = StandIn.configuration(Path.of("unused"),
        "{\"layout\": \"executor\", \"engine_folder\": \"/engines/mixtral\", \"cache_shared_between_tenants\": true, "
            + setting + "}");
    assertThatThrownBy(() -> TensorRtSettings.read(EngineConfiguration.read(file, Map.of())))
        .isInstanceOf(EngineStartException.class).hasMessageContaining(why);
  }

  private static String parameter(String key, String value) {
    return "key: \"" + key + "\" value: { string_value: \"" + value + "\" }";
  }

  @Test
  void refusesWhatTheBackendHasNoTensorsFor() {
    assertThatThrownBy(() -> layout.check(Ask.user("x").bias(Map.of(300, 1f)).request()))
        .isInstanceOf(RequestRefusedException.class).hasMessageContaining("no logit_bias");
  }

  @Test
  void refusesFormatsWhereTheBackendDoesNotKnowTheTokenizer() throws Exception {
    var formatted = Ask.user("x").format(new ResponseFormat.JsonObject()).request();
    layout.check(formatted);
    var unguided = new ExecutorLayout(List.of(END), 64, false);
    unguided.check(Ask.user("x").request());
    assertThatThrownBy(() -> unguided.check(formatted)).isInstanceOf(RequestRefusedException.class)
        .hasMessageContaining("no response_format");
  }
}
