package dev.tollgate.billing.wiring;

import dev.tollgate.billing.Closing;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on with closes that somebody began, and closes months once they have ended, where that is switched on. Several
 * instances may do so at once.
 */
final class ScheduledClose extends Recurring {

  private static final Logger log = LoggerFactory.getLogger(ScheduledClose.class);
  private static final String BY = "schedule";
  private static final Duration BEGUN = Duration.ofSeconds(1);

  private final Closing closing;
  private final InvoicingProperties properties;

  ScheduledClose(Closing closing, InvoicingProperties properties) {
    super("billing-close");
    this.closing = closing;
    this.properties = properties;
  }

  @Override
  void schedule() {
    every(BEGUN, closing::carryOn,
        "A close that was begun could not be carried on; it is tried again shortly");
    if (properties.automatic()) {
      every(properties.every(), this::closeWhatIsDue,
          "A month could not be closed on schedule; it is tried again later");
    }
  }

  /** The first month that is due; the next one follows at the next look. */
  private void closeWhatIsDue() {
    List<YearMonth> due = closing.due();
    if (!due.isEmpty()) {
      YearMonth month = due.getFirst();
      log.info("The close of {} on schedule: {}", month, closing.close(month, BY));
    }
  }
}
