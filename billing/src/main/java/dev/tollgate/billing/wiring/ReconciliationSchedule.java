package dev.tollgate.billing.wiring;

import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Kept;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.scheduling.Scheduling.Timer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Reconciles by schedule. Alerts belong on {@code tollgate.reconciliation.differences} above 0, and on
 * {@code tollgate.reconciliation.age} beyond some periods: every instance shows those of the last run of any.
 */
final class ReconciliationSchedule implements SmartLifecycle, MeterBinder {

  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  private final ReconciliationRuns runs;
  private final Duration every;
  private final Scheduling scheduling;
  private final Clock clock;
  private final Instant startedAt;
  private volatile @Nullable Kept latest;
  private @Nullable Timer timer;

  ReconciliationSchedule(ReconciliationRuns runs, Duration every, Scheduling scheduling, Clock clock) {
    this.runs = runs;
    this.every = every;
    this.scheduling = scheduling;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  @Override
  public void start() {
    timer = scheduling.every("reconciliation", LOOK_EVERY, this::look);
  }

  void look() {
    var _ = runs.runIfDue(every);
    latest = runs.latest().orElse(null);
  }

  @Override
  public void stop() {
    Timer present = timer;
    if (present != null) {
      present.stop();
      timer = null;
    }
  }

  @Override
  public boolean isRunning() {
    return timer != null;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("tollgate.reconciliation.differences", this, schedule -> schedule.differences())
        .description("Sums that should be equal and were not, at the last reconciliation").register(registry);
    TimeGauge
        .builder("tollgate.reconciliation.age", this, TimeUnit.SECONDS, schedule -> schedule.ageSeconds())
        .description("Since the last reconciliation began, or since the start if there was none")
        .register(registry);
  }

  private int differences() {
    Kept run = latest;
    return run == null ? 0 : run.differences();
  }

  private long ageSeconds() {
    Kept run = latest;
    return Duration.between(run == null ? startedAt : run.startedAt(), clock.instant()).toSeconds();
  }
}
