package dev.tollgate.inference.engine.tensorrtllm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tritonserver.global.tritonserver;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_InferenceRequest;

/**
 * A request on its way. Its native object lives until the library has released it and sent its last response, whichever
 * comes later; its inputs until the release. Cancelling and freeing exclude each other.
 */
final class TritonCall {

  private final long id;
  private final Consumer<TritonResponse> listener;
  private final TRITONSERVER_InferenceRequest request = new TRITONSERVER_InferenceRequest(null);
  private final List<Pointer> inputs = new ArrayList<>();
  private boolean released;
  private boolean answered;
  private boolean deleted;

  TritonCall(long id, Consumer<TritonResponse> listener) {
    this.id = id;
    this.listener = listener;
  }

  long id() {
    return id;
  }

  TRITONSERVER_InferenceRequest request() {
    return request;
  }

  /** Native memory that holds this until the library releases the request. */
  Pointer keep(Tensor tensor) {
    Pointer memory = Pointer.malloc(Math.max(1, tensor.data().remaining()));
    inputs.add(memory);
    if (memory.isNull()) {
      throw new OutOfMemoryError("no native memory for the input " + tensor.name());
    }
    memory.capacity(tensor.data().remaining()).asByteBuffer().put(tensor.data().duplicate());
    return memory;
  }

  void hear(TritonResponse response) {
    listener.accept(response);
  }

  synchronized void cancel() {
    if (!deleted && !request.isNull()) {
      Triton.check(tritonserver.TRITONSERVER_InferenceRequestCancel(request));
    }
  }

  /** The library needs its inputs no more. Returns whether nothing of it is left. */
  synchronized boolean release() {
    released = true;
    freeInputs();
    return deleteIfOver();
  }

  /** Its last response is there. Returns whether nothing of it is left. */
  synchronized boolean answered() {
    answered = true;
    return deleteIfOver();
  }

  /** The library never took it. */
  synchronized void abandon() {
    freeInputs();
    delete();
  }

  private boolean deleteIfOver() {
    if (released && answered) {
      delete();
    }
    return deleted;
  }

  private void freeInputs() {
    inputs.forEach(Pointer::free);
    inputs.clear();
  }

  private void delete() {
    if (!deleted && !request.isNull()) {
      deleted = true;
      Triton.check(tritonserver.TRITONSERVER_InferenceRequestDelete(request));
    }
  }
}
