package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.EngineStartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.tritonserver.global.tritonserver;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_Error;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_InferenceTrace;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_Metrics;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_ResponseAllocator;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_Server;
import org.bytedeco.tritonserver.tritonserver.TRITONSERVER_ServerOptions;
import org.jspecify.annotations.Nullable;

/** Triton's server inside this process, with one model. Safe for use by any thread. */
final class Triton implements AutoCloseable {

  static {
    // By default the glue collects garbage, waits and at last throws where the process has more memory than four times the
    // heap. The library's memory is most of this process's, and none of it hangs on garbage: all is freed by hand.
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
  }

  private static final int API_MAJOR = tritonserver.TRITONSERVER_API_VERSION_MAJOR;
  private static final long ANY_VERSION = -1;

  private final String model;
  private final TRITONSERVER_Server server = new TRITONSERVER_Server(null);
  private final TRITONSERVER_ResponseAllocator allocator = new TRITONSERVER_ResponseAllocator(null);
  private boolean closed;

  private Triton(String model) {
    this.model = model;
  }

  /**
   * Loads the library, and the model from the repository with it.
   *
   * @param library the file libtritonserver.so
   * @param backends folder of Triton's backends
   * @throws EngineStartException if the library is missing or is not one that fits
   * @throws TritonException if the model cannot be loaded
   */
  static Triton start(Path library, Path backends, Path repository, String model) {
    load(library);
    Triton triton = new Triton(model);
    TRITONSERVER_ServerOptions options = new TRITONSERVER_ServerOptions(null);
    check(tritonserver.TRITONSERVER_ServerOptionsNew(options));
    try {
      check(tritonserver.TRITONSERVER_ServerOptionsSetServerId(options, "tollgate"));
      check(tritonserver.TRITONSERVER_ServerOptionsSetModelRepositoryPath(options, repository.toString()));
      check(tritonserver.TRITONSERVER_ServerOptionsSetModelControlMode(options,
          tritonserver.TRITONSERVER_MODEL_CONTROL_EXPLICIT));
      check(tritonserver.TRITONSERVER_ServerOptionsSetStartupModel(options, model));
      check(tritonserver.TRITONSERVER_ServerOptionsSetStrictModelConfig(options, true));
      check(tritonserver.TRITONSERVER_ServerOptionsSetBackendDirectory(options, backends.toString()));
      check(tritonserver.TRITONSERVER_ServerOptionsSetLogInfo(options, false));
      check(tritonserver.TRITONSERVER_ServerOptionsSetMetrics(options, true));
      check(tritonserver.TRITONSERVER_ServerNew(triton.server, options));
    } finally {
      check(tritonserver.TRITONSERVER_ServerOptionsDelete(options));
    }
    check(tritonserver.TRITONSERVER_ResponseAllocatorNew(triton.allocator, TritonCallbacks.ALLOCATE,
        TritonCallbacks.FREE, null));
    return triton;
  }

  private static void load(Path library) {
    if (!Files.isReadable(library)) {
      throw new EngineStartException(
          "there is no library " + library + ": set library to libtritonserver.so, as"
              + " NVIDIA's Triton image with TensorRT-LLM has it in /opt/tritonserver/lib");
    }
    try {
      // The glue finds it by its name once it is loaded.
      System.load(library.toAbsolutePath().toString());
      int[] major = new int[1];
      int[] minor = new int[1];
      check(tritonserver.TRITONSERVER_ApiVersion(major, minor));
      if (major[0] != API_MAJOR) {
        throw new EngineStartException(
            library + " has the API " + major[0] + "." + minor[0] + ", this backend needs "
                + API_MAJOR + ".x: use another release of Triton");
      }
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new EngineStartException(
          library + " cannot be loaded; run inside NVIDIA's Triton image with TensorRT-LLM: "
              + e.getMessage());
    }
  }

  /**
   * Starts a request and returns at once.
   *
   * @param listener hears of each response, on one of the library's threads
   * @throws TritonException if the library refuses it
   */
  TritonCall infer(List<Tensor> inputs, Consumer<TritonResponse> listener) {
    TritonCall call = TritonCallbacks.open(listener);
    try (PointerScope _ = new PointerScope()) {
      check(tritonserver.TRITONSERVER_InferenceRequestNew(call.request(), server, model, ANY_VERSION));
      for (Tensor input : inputs) {
        long[] shape = input.shape().stream().mapToLong(Long::longValue).toArray();
        check(tritonserver.TRITONSERVER_InferenceRequestAddInput(call.request(), input.name(), input.type(),
            shape,
            shape.length));
        check(tritonserver.TRITONSERVER_InferenceRequestAppendInputData(call.request(), input.name(),
            call.keep(input),
            input.data().remaining(), tritonserver.TRITONSERVER_MEMORY_CPU, 0));
      }
      Pointer ticket = new TritonCallbacks.Ticket(call.id());
      check(tritonserver.TRITONSERVER_InferenceRequestSetReleaseCallback(call.request(),
          TritonCallbacks.RELEASED,
          ticket));
      check(tritonserver.TRITONSERVER_InferenceRequestSetResponseCallback(call.request(), allocator, null,
          TritonCallbacks.RESPONDED, ticket));
      check(tritonserver.TRITONSERVER_ServerInferAsync(server, call.request(),
          (TRITONSERVER_InferenceTrace) null));
      return call;
    } catch (TritonException e) {
      TritonCallbacks.forget(call);
      call.abandon();
      throw e;
    }
  }

  /** Whether the model can take requests. */
  synchronized boolean ready() {
    if (closed) {
      return false;
    }
    boolean[] ready = new boolean[1];
    check(tritonserver.TRITONSERVER_ServerModelIsReady(server, model, ANY_VERSION, ready));
    return ready[0];
  }

  /** The library's and the model's gauges, in Prometheus' text format; empty once closed. */
  synchronized String metrics() {
    if (closed) {
      return "";
    }
    TRITONSERVER_Metrics metrics = new TRITONSERVER_Metrics(null);
    check(tritonserver.TRITONSERVER_ServerMetrics(server, metrics));
    try (PointerScope _ = new PointerScope()) {
      BytePointer text = new BytePointer((Pointer) null);
      SizeTPointer bytes = new SizeTPointer(1);
      check(tritonserver.TRITONSERVER_MetricsFormatted(metrics, tritonserver.TRITONSERVER_METRIC_PROMETHEUS,
          text,
          bytes));
      return text.capacity(bytes.get()).getString();
    } finally {
      check(tritonserver.TRITONSERVER_MetricsDelete(metrics));
    }
  }

  /** Waits for what runs and frees the model. No callback comes after this. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      check(tritonserver.TRITONSERVER_ServerStop(server));
      check(tritonserver.TRITONSERVER_ServerDelete(server));
      check(tritonserver.TRITONSERVER_ResponseAllocatorDelete(allocator));
    }
  }

  /** Turns an error of the library's into an exception of ours. */
  static void check(@Nullable TRITONSERVER_Error error) {
    if (error != null && !error.isNull()) {
      String message = tritonserver.TRITONSERVER_ErrorMessage(error);
      tritonserver.TRITONSERVER_ErrorDelete(error);
      throw new TritonException(message);
    }
  }
}
