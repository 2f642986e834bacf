package dev.tollgate.billing.wiring;

import dev.tollgate.billing.Dunning;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at overdue invoices again and again, where that is switched on. Several instances may do so at once. */
final class ScheduledDunning extends Recurring {

  private static final Logger log = LoggerFactory.getLogger(ScheduledDunning.class);

  private final Dunning dunning;
  private final DunningProperties properties;

  ScheduledDunning(Dunning dunning, DunningProperties properties) {
    super("billing-dunning");
    this.dunning = dunning;
    this.properties = properties;
  }

  @Override
  void schedule() {
    if (properties.automatic()) {
      every(properties.every(), () -> log.info("Overdue invoices: {}", dunning.run()),
          "Overdue invoices could not be looked at; it is tried again later");
    }
  }
}
