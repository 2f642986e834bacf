package dev.tollgate.billing.wiring;

import dev.tollgate.billing.servicelevels.CountedRefusals;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Has refusals written down again and again, and for the last time once the web server has drained. */
final class RefusalCounting implements SmartLifecycle, MeterBinder {

  private static final Logger log = LoggerFactory.getLogger(RefusalCounting.class);
  private static final long EVERY_SECONDS = 5;

  private final CountedRefusals refusals;
  private @Nullable ScheduledThreadPoolExecutor timer;

  RefusalCounting(CountedRefusals refusals) {
    this.refusals = refusals;
  }

  @Override
  public void start() {
    var started = new ScheduledThreadPoolExecutor(1,
        Thread.ofPlatform().daemon().name("billing-refusals").factory());
    var _ = started.scheduleWithFixedDelay(() -> quietly(refusals::write), EVERY_SECONDS, EVERY_SECONDS,
        TimeUnit.SECONDS);
    timer = started;
  }

  private static void quietly(Runnable writing) {
    try {
      writing.run();
    } catch (RuntimeException e) {
      log.warn("Refused requests could not be written down for the service levels: {}", e.toString());
    }
  }

  @Override
  public void stop() {
    ScheduledThreadPoolExecutor running = timer;
    if (running != null) {
      running.shutdown();
      timer = null;
      quietly(refusals::writeLast);
    }
  }

  @Override
  public boolean isRunning() {
    return timer != null;
  }

  @Override
  public int getPhase() {
    return BillingLifecycle.PHASE + 1;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    FunctionCounter.builder("tollgate.service.refusals", refusals, CountedRefusals::counted)
        .description("Requests that were refused for reasons of the operator's own, without a usage record")
        .register(registry);
    FunctionCounter.builder("tollgate.service.refusals.dropped", refusals, CountedRefusals::dropped)
        .description("Those that service levels will not know of, for want of room").register(registry);
  }
}
