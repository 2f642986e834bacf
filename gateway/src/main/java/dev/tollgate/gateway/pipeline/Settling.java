package dev.tollgate.gateway.pipeline;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Usage;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for settlements to become durable. */
final class Settling {

  private static final Logger log = LoggerFactory.getLogger(Settling.class);

  private Settling() {}

  /**
   * The receipt, once the settlement is durable. The settlement bounds the wait itself.
   *
   * @throws RefusedException with {@link Refusal.BillingUnavailable} if it did not become so in time; the settlement
   *     itself goes on and is applied at most once
   */
  static Receipt durable(CompletionStage<Receipt> settlement) throws InterruptedException {
    try {
      return settlement.toCompletableFuture().get();
    } catch (ExecutionException e) {
      log.error("A settlement failed", e.getCause());
      throw new RefusedException(new Refusal.BillingUnavailable());
    }
  }

  /** Records a request that no backend answered. */
  static void unanswered(Hold hold, String endpoint, Instant now)
      throws InterruptedException {
    durable(hold.settle(new Consumption(Usage.NONE, Outcome.BACKEND_FAILED, endpoint, null, null, now)));
  }
}
