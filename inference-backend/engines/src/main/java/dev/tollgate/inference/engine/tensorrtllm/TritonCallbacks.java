package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.TokenIds;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.tritonserver.global.tritonserver;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_Error;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_InferenceRequest;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_InferenceRequestReleaseFn_t;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_InferenceResponse;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_InferenceResponseCompleteFn_t;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_ResponseAllocator;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_ResponseAllocatorAllocFn_t;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_ResponseAllocatorReleaseFn_t;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the library calls. There is one of each callback, for good: native code holds no object of ours, only a number by
 * which a call is found, or not found once it is over. No exception crosses the border.
 */
final class TritonCallbacks {

  private static final Logger log = LoggerFactory.getLogger(TritonCallbacks.class);
  private static final Map<Long, TritonCall> CALLS = new ConcurrentHashMap<>();
  private static final AtomicLong NUMBERS = new AtomicLong();

  static final TRITONSERVER_ResponseAllocatorAllocFn_t ALLOCATE = new Allocate();
  static final TRITONSERVER_ResponseAllocatorReleaseFn_t FREE = new Free();
  static final TRITONSERVER_InferenceResponseCompleteFn_t RESPONDED = new Responded();
  static final TRITONSERVER_InferenceRequestReleaseFn_t RELEASED = new Released();

  /** A number where C has a pointer for its caller's own use. */
  static final class Ticket extends Pointer {

    Ticket(long value) {
      super((Pointer) null);
      address = value;
    }
  }

  private TritonCallbacks() {}

  static TritonCall open(Consumer<TritonResponse> listener) {
    TritonCall call = new TritonCall(NUMBERS.incrementAndGet(), listener);
    CALLS.put(call.id(), call);
    return call;
  }

  static void forget(TritonCall call) {
    CALLS.remove(call.id());
  }

  static int open() {
    return CALLS.size();
  }

  private static @Nullable TritonCall find(Pointer number) {
    return CALLS.get(number.address());
  }

  private static final class Allocate extends TRITONSERVER_ResponseAllocatorAllocFn_t {

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable TRITONSERVER_Error call(TRITONSERVER_ResponseAllocator allocator, String tensor,
        long bytes,
        int memoryType, long memoryTypeId, Pointer userp, PointerPointer buffer, PointerPointer bufferUserp,
        IntPointer actualMemoryType, LongPointer actualMemoryTypeId) {
      try {
        Pointer memory = bytes == 0 ? new Pointer((Pointer) null) : Pointer.malloc(bytes);
        if (bytes > 0 && memory.isNull()) {
          return failed("no memory is left");
        }
        buffer.put(0, memory);
        bufferUserp.put(0, new Pointer((Pointer) null));
        actualMemoryType.put(0, tritonserver.TRITONSERVER_MEMORY_CPU);
        actualMemoryTypeId.put(0, 0);
        return null;
      } catch (Throwable e) {
        log.error("memory for a response could not be given", e);
        return failed("no memory could be given");
      }
    }

    private static TRITONSERVER_Error failed(String why) {
      return tritonserver.TRITONSERVER_ErrorNew(tritonserver.TRITONSERVER_ERROR_UNAVAILABLE, why);
    }
  }

  private static final class Free extends TRITONSERVER_ResponseAllocatorReleaseFn_t {

    @Override
    public @Nullable TRITONSERVER_Error call(TRITONSERVER_ResponseAllocator allocator, Pointer buffer,
        Pointer bufferUserp, long bytes, int memoryType, long memoryTypeId) {
      try {
        if (buffer != null && !buffer.isNull()) {
          Pointer.free(buffer);
        }
      } catch (Throwable e) {
        log.error("the memory of a response could not be freed", e);
      }
      return null;
    }
  }

  private static final class Released extends TRITONSERVER_InferenceRequestReleaseFn_t {

    @Override
    public void call(TRITONSERVER_InferenceRequest request, int flags, Pointer userp) {
      try {
        TritonCall call = find(userp);
        if (call != null && (flags & tritonserver.TRITONSERVER_REQUEST_RELEASE_ALL) != 0 && call.release()) {
          forget(call);
        }
      } catch (Throwable e) {
        log.error("a release could not be heard", e);
      }
    }
  }

  private static final class Responded extends TRITONSERVER_InferenceResponseCompleteFn_t {

    @Override
    public void call(@Nullable TRITONSERVER_InferenceResponse response, int flags, Pointer userp) {
      try {
        boolean last = (flags & tritonserver.TRITONSERVER_RESPONSE_COMPLETE_FINAL) != 0;
        TritonResponse copy = read(response, last);
        TritonCall call = find(userp);
        if (call != null) {
          if (last && call.answered()) {
            forget(call);
          }
          call.hear(copy);
        }
      } catch (Throwable e) {
        log.error("a response could not be heard", e);
      }
    }

    /** Who waits for a response must hear of one that cannot be read, too. */
    private static TritonResponse read(@Nullable TRITONSERVER_InferenceResponse response, boolean last) {
      try {
        return copy(response, last);
      } catch (Throwable e) {
        log.error("a response could not be read", e);
        return new TritonResponse(Map.of(), "a response could not be read: " + e, last);
      }
    }

    private static TritonResponse copy(@Nullable TRITONSERVER_InferenceResponse response, boolean last) {
      if (response == null || response.isNull()) {
        return new TritonResponse(Map.of(), null, last);
      }
      try (PointerScope _ = new PointerScope()) {
        TRITONSERVER_Error error = tritonserver.TRITONSERVER_InferenceResponseError(response);
        if (error != null && !error.isNull()) {
          return new TritonResponse(Map.of(), tritonserver.TRITONSERVER_ErrorMessage(error), last);
        }
        return new TritonResponse(outputs(response), null, last);
      } finally {
        Triton.check(tritonserver.TRITONSERVER_InferenceResponseDelete(response));
      }
    }

    private static Map<String, TokenIds> outputs(TRITONSERVER_InferenceResponse response) {
      Map<String, TokenIds> outputs = new HashMap<>();
      int[] count = new int[1];
      Triton.check(tritonserver.TRITONSERVER_InferenceResponseOutputCount(response, count));
      for (int i = 0; i < count[0]; i++) {
        BytePointer name = new BytePointer((Pointer) null);
        IntPointer type = new IntPointer(1);
        LongPointer shape = new LongPointer((Pointer) null);
        LongPointer dimensions = new LongPointer(1);
        Pointer base = new Pointer((Pointer) null);
        SizeTPointer bytes = new SizeTPointer(1);
        IntPointer memoryType = new IntPointer(1);
        LongPointer memoryTypeId = new LongPointer(1);
        Pointer userp = new Pointer((Pointer) null);
        Triton.check(tritonserver.TRITONSERVER_InferenceResponseOutput(response, i, name, type, shape,
            dimensions, base,
            bytes, memoryType, memoryTypeId, userp));
        if (type.get() == tritonserver.TRITONSERVER_TYPE_INT32) {
          int[] values = new int[Math.toIntExact(bytes.get() / Integer.BYTES)];
          if (values.length > 0) {
            new IntPointer(base).get(values);
          }
          outputs.put(name.getString(), TokenIds.of(values));
        }
      }
      return outputs;
    }
  }
}
