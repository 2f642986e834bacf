package dev.tollgate.billing.wiring;

import dev.tollgate.billing.Closing;
import java.time.YearMonth;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Goes on with closes that somebody began, and closes months once they have ended, where that is switched on. Several
 * instances may do so at once.
 */
final class ScheduledClose implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(ScheduledClose.class);
  private static final String BY = "schedule";
  private static final long BEGUN_MILLIS = 1_000;

  private final Closing closing;
  private final InvoicingProperties properties;
  private @Nullable ScheduledThreadPoolExecutor timer;

  ScheduledClose(Closing closing, InvoicingProperties properties) {
    this.closing = closing;
    this.properties = properties;
  }

  @Override
  public void start() {
    var started = new ScheduledThreadPoolExecutor(1,
        Thread.ofPlatform().daemon().name("billing-close").factory());
    var _ = started.scheduleWithFixedDelay(this::carryOn, BEGUN_MILLIS, BEGUN_MILLIS, TimeUnit.MILLISECONDS);
    timer = started;
    if (properties.automatic()) {
      long everyMillis = properties.every().toMillis();
      var _ = started.scheduleWithFixedDelay(this::closeWhatIsDue, everyMillis, everyMillis,
          TimeUnit.MILLISECONDS);
    }
  }

  private void carryOn() {
    try {
      closing.carryOn();
    } catch (RuntimeException e) {
      log.error("A close that was begun could not be carried on; it is tried again shortly", e);
    }
  }

  /** The first month that is due; the next one follows at the next look. */
  private void closeWhatIsDue() {
    try {
      List<YearMonth> due = closing.due();
      if (!due.isEmpty()) {
        YearMonth month = due.getFirst();
        log.info("The close of {} on schedule: {}", month, closing.close(month, BY));
      }
    } catch (RuntimeException e) {
      log.error("A month could not be closed on schedule; it is tried again later", e);
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
