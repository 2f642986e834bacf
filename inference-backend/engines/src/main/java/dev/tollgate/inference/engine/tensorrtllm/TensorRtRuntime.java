package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.relay.Order;
import dev.tollgate.inference.engine.relay.RuntimeLoad;
import dev.tollgate.inference.engine.relay.TokenRuntime;
import dev.tollgate.inference.engine.relay.TokenSink;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TensorRT-LLM in Triton as a runtime: every run is a request of its own. */
final class TensorRtRuntime implements TokenRuntime {

  private static final Logger log = LoggerFactory.getLogger(TensorRtRuntime.class);
  private static final long WATCH_MILLIS = 500;

  private final Triton triton;
  private final TensorLayout layout;
  private final int tokensPerBlock;
  private final Set<TritonCall> calls = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService watch = Executors
      .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("triton-watch").daemon(true).factory());
  private volatile RuntimeLoad load = RuntimeLoad.UNKNOWN;
  private volatile boolean ready = true;

  TensorRtRuntime(Triton triton, TensorLayout layout, int tokensPerBlock) {
    this.triton = triton;
    this.layout = layout;
    this.tokensPerBlock = tokensPerBlock;
    var _ = watch.scheduleWithFixedDelay(this::look, 0, WATCH_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      load = TritonGauges.load(triton.metrics(), tokensPerBlock);
      ready = triton.ready();
    } catch (TritonException e) {
      log.error("the library no longer tells how the model is: {}", e.getMessage());
      ready = false;
    }
  }

  @Override
  public Run begin(Order order, TokenSink sink) {
    // Triton's own scale: 1 is the most urgent, 0 the model's default.
    int priority = order.priority() == 0 ? 0 : Math.clamp(100L - order.priority(), 1, 200);
    Listener listener = new Listener(sink);
    TritonCall call = triton.infer(layout.inputs(order), layout instanceof LlmApiLayout ? 0 : priority,
        listener::on);
    listener.belongsTo(call);
    return () -> cancel(call);
  }

  private static void cancel(TritonCall call) {
    try {
      call.cancel();
    } catch (TritonException e) {
      log.warn("a request could not be cancelled: {}", e.getMessage());
    }
  }

  /** Carries one request's responses over; called by one of the library's threads at a time. */
  private final class Listener {

    private final TokenSink sink;
    private boolean over;
    private @Nullable TritonCall mine;

    Listener(TokenSink sink) {
      this.sink = sink;
    }

    synchronized void belongsTo(TritonCall call) {
      if (!over) {
        calls.add(call);
        mine = call;
      }
    }

    synchronized void on(TritonResponse response) {
      if (!over) {
        tell(response);
      }
      if (response.last()) {
        over = true;
        if (mine != null) {
          calls.remove(mine);
        }
      }
    }

    private void tell(TritonResponse response) {
      String error = response.error();
      if (error != null) {
        over = true;
        sink.failed("TensorRT-LLM: " + error.lines().findFirst().orElse("no reason given"));
        return;
      }
      TensorLayout.Part part = layout.read(response);
      if (!part.ids().isEmpty()) {
        sink.tokens(part.ids().toArray(), part.cachedTokens());
      }
      switch (part.end()) {
        case STOP -> end(TokenSink.End.STOP, part.cachedTokens());
        case LENGTH -> end(TokenSink.End.LENGTH, part.cachedTokens());
        case GOES_ON, CANCELLED -> {
          if (response.last() || part.end() == TensorLayout.End.CANCELLED) {
            over = true;
            sink.failed("TensorRT-LLM ended the answer before it was complete");
          }
        }
      }
    }

    private void end(TokenSink.End end, int cachedTokens) {
      over = true;
      sink.ended(end, Math.max(cachedTokens, 0));
    }
  }

  @Override
  public boolean continues() {
    return true;
  }

  @Override
  public RuntimeLoad load() {
    return load;
  }

  @Override
  public boolean healthy() {
    return ready;
  }

  @Override
  public void close() {
    watch.shutdown();
    calls.forEach(TensorRtRuntime::cancel);
    triton.close();
  }
}
