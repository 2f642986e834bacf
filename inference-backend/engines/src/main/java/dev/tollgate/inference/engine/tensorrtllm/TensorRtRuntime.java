package dev.tollgate.inference.engine.tensorrtllm;

import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.Sampling;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.relay.Order;
import dev.tollgate.inference.engine.relay.RuntimeLoad;
import dev.tollgate.inference.engine.relay.TokenRuntime;
import dev.tollgate.inference.engine.relay.TokenSink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final ModelHealth health;
  private volatile RuntimeLoad load = RuntimeLoad.UNKNOWN;
  private volatile boolean ready = true;

  /**
   * Watches a model that is loaded.
   *
   * @param anyToken a token of the model's
   * @param recoveryLimit longest that it may be unable to generate before it counts as broken for good
   */
  TensorRtRuntime(Triton triton, TensorLayout layout, int tokensPerBlock, int anyToken,
      Duration recoveryLimit) {
    this.triton = triton;
    this.layout = layout;
    this.tokensPerBlock = tokensPerBlock;
    Order oneToken = oneToken(TokenIds.of(anyToken));
    this.health = new ModelHealth(sink -> begin(oneToken, sink), recoveryLimit);
    var _ = watch.scheduleWithFixedDelay(this::look, 0, WATCH_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Order oneToken(TokenIds prompt) {
    Sampling greedy = new Sampling(0f, null, null, null, null, null, 0, 0, 0, Map.of(), List.of(),
        new ResponseFormat.Free(), true);
    return new Order(new Prompt.Ids(prompt), prompt, 0, 1, greedy, 0, 0, "tollgate-probe");
  }

  private void look() {
    try {
      health.look(System.nanoTime());
      load = TritonGauges.load(triton.metrics(), tokensPerBlock);
      ready = triton.ready();
    } catch (TritonException e) {
      log.error("the library no longer tells how the model is: {}", e.getMessage());
      ready = false;
    } catch (RuntimeException e) {
      // It would be the last look, and a model in trouble would never be asked again.
      log.error("the model could not be looked at, and will be again", e);
    }
  }

  @Override
  public Run begin(Order order, TokenSink sink) {
    Listener listener = new Listener(sink, order.maxNewTokens());
    TritonCall call = triton.infer(layout.inputs(order), listener::on);
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
    private int ordered;
    private boolean over;
    private @Nullable TritonCall mine;

    /**
     * Hears of one request.
     *
     * @param ordered tokens that are still to come, at most
     */
    Listener(TokenSink sink, int ordered) {
      this.sink = sink;
      this.ordered = ordered;
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
        String line = error.lines().findFirst().orElse("no reason given");
        health.failed(line, System.nanoTime());
        sink.failed("TensorRT-LLM: " + line);
        return;
      }
      TensorLayout.Part part = layout.read(response, ordered);
      ordered -= part.ids().size();
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
    return ready && !health.isLost(System.nanoTime());
  }

  @Override
  public Optional<String> trouble() {
    return health.trouble();
  }

  @Override
  public void close() {
    watch.shutdown();
    calls.forEach(TensorRtRuntime::cancel);
    triton.close();
  }
}
