package dev.tollgate.billing.wiring;

import dev.tollgate.billing.Dunning;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Looks at overdue invoices again and again, where that is switched on. Several instances may do so at once. */
final class ScheduledDunning implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(ScheduledDunning.class);

  private final Dunning dunning;
  private final DunningProperties properties;
  private @Nullable ScheduledThreadPoolExecutor timer;

  ScheduledDunning(Dunning dunning, DunningProperties properties) {
    this.dunning = dunning;
    this.properties = properties;
  }

  @Override
  public void start() {
    if (properties.automatic()) {
      var started = new ScheduledThreadPoolExecutor(1,
          Thread.ofPlatform().daemon().name("billing-dunning").factory());
      long everyMillis = properties.every().toMillis();
      var _ = started.scheduleWithFixedDelay(this::run, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
      timer = started;
    }
  }

  private void run() {
    try {
      log.info("Overdue invoices: {}", dunning.run());
    } catch (RuntimeException e) {
      log.error("Overdue invoices could not be looked at; it is tried again later", e);
    }
  }

  @Override
  public void stop() {
    ScheduledThreadPoolExecutor running = timer;
    if (running != null) {
      running.shutdownNow();
      timer = null;
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
}
