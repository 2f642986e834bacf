package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.GenerationRequest;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.relay.Order;
import java.util.List;

/** How a kind of model names and shapes its tensors. */
interface TensorLayout {

  /**
   * What a response says.
   *
   * @param end whether and how the answer ended with it
   * @param cachedTokens of the ids ordered, found in the cache; -1 if not said
   */
  record Part(TokenIds ids, End end, int cachedTokens) {}

  /** How an answer goes on or ends. */
  enum End {
    GOES_ON, STOP, LENGTH, CANCELLED
  }

  List<Tensor> inputs(Order order);

  /**
   * Reads a response.
   *
   * @param ordered how many of the tokens that were ordered had not come before it
   */
  Part read(TritonResponse response, int ordered);

  /** Refuses what the model has no tensor for. */
  void check(GenerationRequest request) throws RequestRefusedException;
}
