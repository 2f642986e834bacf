package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.pricing.Bill;

/** Who waited for a settlement is gone with the process that it was part of. */
enum Nobody implements Settlements.Outcome {
  TOLD;

  @Override
  public void kept(Receipt receipt) {
    // Nobody is left to be told.
  }

  @Override
  public void settled(Receipt receipt, Bill drawn) {
    // Nobody is left to be told.
  }

  @Override
  public void rejected(Exception reason) {
    // Nobody is left to be told; the settlement itself is set aside.
  }
}
