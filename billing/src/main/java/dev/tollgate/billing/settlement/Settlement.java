package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.pricing.Bill;
import java.time.Instant;
import java.util.List;

/**
 * One request, ended and priced.
 *
 * @param contract the contract that it was priced under
 * @param currency of the contract, ISO 4217
 * @param epoch of the instance that held the funds
 * @param budgets accounts of the budgets that count what is drawn from money
 */
public record Settlement(RequestId id, Payer payer, long contract, String currency, String model,
    String region,
    Instant arrivedAt, long epoch, Consumption consumption, Bill bill,
    List<Long> budgets) {

  /** The same request with another id, consumption and bill. */
  Settlement with(RequestId otherId, Consumption otherConsumption, Bill otherBill) {
    return new Settlement(otherId, payer, contract, currency, model, region, arrivedAt, epoch,
        otherConsumption,
        otherBill, budgets);
  }

  Receipt receipt() {
    return new Receipt(id, currency, bill.amountPico(), bill.freeTokens(), bill.packMillitokens());
  }
}
