package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.GenerationRequest;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.Sampling;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.relay.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tensors of TensorRT-LLM's C++ backend for Triton, up to 1.2: engines that were built ahead. */
final class ExecutorLayout implements TensorLayout {

  private static final List<Long> ONE = List.of(1L, 1L);
  private static final int NO_END = -1;

  private final List<Integer> endIds;
  private final int tokensPerBlock;
  private final boolean guides;

  /** @param guides whether the backend was given what it needs to keep answers to a format */
  ExecutorLayout(List<Integer> endIds, int tokensPerBlock, boolean guides) {
    this.endIds = List.copyOf(endIds);
    this.tokensPerBlock = tokensPerBlock;
    this.guides = guides;
  }

  @Override
  public List<Tensor> inputs(Order order) {
    Sampling sampling = order.sampling();
    List<Tensor> inputs = new ArrayList<>();
    inputs.add(Tensor.ints("input_ids", List.of(1L, (long) order.ids().size()), order.ids().toArray()));
    inputs.add(Tensor.ints("input_lengths", ONE, order.ids().size()));
    inputs.add(Tensor.ints("request_output_len", ONE, order.maxNewTokens()));
    inputs.add(Tensor.flag("streaming", ONE, true));
    inputs.add(Tensor.flag("exclude_input_in_output", ONE, true));
    inputs.add(Tensor.flag("return_perf_metrics", ONE, true));
    inputs.add(Tensor.ints("end_id", ONE, sampling.ignoreEnd() ? NO_END : endIds.getFirst()));
    inputs.add(Tensor.unsigned("seed", ONE, order.seed()));
    addSampling(inputs, sampling);
    switch (sampling.responseFormat()) {
      case ResponseFormat.Free _ -> {
      }
      case ResponseFormat.JsonObject _ -> inputs.add(Tensor.text("guided_decoding_guide_type", ONE, "json"));
      case ResponseFormat.JsonSchema schema -> guide(inputs, "json_schema", schema.schema());
      case ResponseFormat.Grammar grammar -> guide(inputs, "ebnf_grammar", grammar.gbnf());
    }
    return inputs;
  }

  private static void addSampling(List<Tensor> inputs, Sampling sampling) {
    Float temperature = sampling.temperature();
    boolean greedy = temperature != null && temperature == 0;
    if (greedy) {
      inputs.add(Tensor.ints("runtime_top_k", ONE, 1));
    } else if (sampling.topK() != null && sampling.topK() > 0) {
      inputs.add(Tensor.ints("runtime_top_k", ONE, sampling.topK()));
    }
    if (temperature != null && !greedy) {
      inputs.add(Tensor.real("temperature", ONE, temperature));
    }
    Float topP = sampling.topP();
    if (topP != null && !greedy) {
      inputs.add(Tensor.real("runtime_top_p", ONE, topP));
    }
    if (sampling.repetitionPenalty() != 0) {
      inputs.add(Tensor.real("repetition_penalty", ONE, sampling.repetitionPenalty()));
    }
    if (sampling.presencePenalty() != 0) {
      inputs.add(Tensor.real("presence_penalty", ONE, sampling.presencePenalty()));
    }
    if (sampling.frequencyPenalty() != 0) {
      inputs.add(Tensor.real("frequency_penalty", ONE, sampling.frequencyPenalty()));
    }
  }

  private static void guide(List<Tensor> inputs, String type, String guide) {
    inputs.add(Tensor.text("guided_decoding_guide_type", ONE, type));
    inputs.add(Tensor.text("guided_decoding_guide", ONE, guide));
  }

  /** The backend does not say why an answer ended; one that is shorter than ordered was ended by the model. */
  @Override
  public Part read(TritonResponse response, int ordered) {
    TokenIds ids = response.ints("output_ids");
    int count = Math.min(response.number("sequence_length", ids.size()), ids.size());
    TokenIds valid = TokenIds.of(Arrays.copyOf(ids.toArray(), count));
    boolean ended = count < ordered || (count > 0 && endIds.contains(valid.get(count - 1)));
    int blocks = response.number("kv_cache_reused_blocks", -1);
    End end = !response.last() ? End.GOES_ON : ended ? End.STOP : End.LENGTH;
    return new Part(valid, end, blocks < 0 ? -1 : blocks * tokensPerBlock);
  }

  @Override
  public void check(GenerationRequest request) throws RequestRefusedException {
    Sampling sampling = request.sampling();
    if (sampling.minP() != null && sampling.minP() > 0) {
      throw RequestRefusedException.invalid("this model has no min_p");
    }
    if (!sampling.logitBias().isEmpty()) {
      throw RequestRefusedException.invalid("this model has no logit_bias");
    }
    if (!guides && !(sampling.responseFormat() instanceof ResponseFormat.Free)) {
      throw RequestRefusedException.invalid("this model has no response_format");
    }
  }
}
