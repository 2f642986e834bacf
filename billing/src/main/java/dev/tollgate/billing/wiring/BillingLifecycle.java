package dev.tollgate.billing.wiring;

import dev.tollgate.billing.Packs;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.funds.Funds;
import dev.tollgate.billing.invoicing.Watermark;
import dev.tollgate.billing.ledger.Poster;
import dev.tollgate.billing.rollups.RollUps;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.SettlementWriters;
import dev.tollgate.billing.settlement.UsagePartitions;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Starts billing after the change feed and before the web server, and stops it after the web server has drained. */
final class BillingLifecycle implements SmartLifecycle {

  static final int PHASE = -500;
  private static final int WATERMARK_SECONDS = 15;

  private static final Logger log = LoggerFactory.getLogger(BillingLifecycle.class);

  private final Catalogue catalogue;
  private final Contracts contracts;
  private final UsagePartitions partitions;
  private final Packs packs;
  private final Funds funds;
  private final SettlementWriters settlements;
  private final Poster poster;
  private final RollUps rollUps;
  private final Watermark watermark;
  private final BillingProperties properties;
  private @Nullable ScheduledExecutorService daily;

  BillingLifecycle(Catalogue catalogue, Contracts contracts, UsagePartitions partitions, Packs packs,
      Funds funds, SettlementWriters settlements, Poster poster, RollUps rollUps, Watermark watermark,
      BillingProperties properties) {
    this.catalogue = catalogue;
    this.contracts = contracts;
    this.partitions = partitions;
    this.packs = packs;
    this.funds = funds;
    this.settlements = settlements;
    this.poster = poster;
    this.rollUps = rollUps;
    this.watermark = watermark;
    this.properties = properties;
  }

  @Override
  public void start() {
    catalogue.refresh();
    contracts.refresh();
    partitions.create();
    settlements.start();
    poster.start();
    rollUps.start(Scheduling.onThreads(System::nanoTime), properties.rollUpPause());
    funds.start();
    var timer = new ScheduledThreadPoolExecutor(1,
        Thread.ofPlatform().daemon().name("billing-daily").factory());
    var _ = timer.scheduleWithFixedDelay(this::createPartitions, 1, 1, TimeUnit.DAYS);
    var _ = timer.scheduleWithFixedDelay(this::expirePacks, 0, 1, TimeUnit.DAYS);
    var _ = timer.scheduleWithFixedDelay(watermark::report, WATERMARK_SECONDS, WATERMARK_SECONDS,
        TimeUnit.SECONDS);
    daily = timer;
  }

  private void createPartitions() {
    try {
      partitions.create();
    } catch (RuntimeException e) {
      log.error("The next months' partitions of usage could not be created; they are tried again tomorrow",
          e);
    }
  }

  private void expirePacks() {
    try {
      packs.expire();
    } catch (RuntimeException e) {
      log.error("What expired packs have left could not be written off; it is tried again tomorrow", e);
    }
  }

  @Override
  public void stop() {
    ScheduledExecutorService timer = daily;
    if (timer != null) {
      timer.shutdownNow();
      daily = null;
    }
    funds.drain(properties.shutdownLimit());
    settlements.stop(properties.shutdownLimit());
    poster.stop();
    rollUps.stop();
    watermark.reportLast();
    funds.stop();
  }

  @Override
  public boolean isRunning() {
    return daily != null;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
