package dev.tollgate.gateway.console.orders;

import dev.tollgate.gateway.console.PagesRole;
import org.springframework.stereotype.Component;

/** Payments by bank transfer: people of the operator look at the account and confirm orders in the console. */
@Component
@PagesRole
class ManualPayments implements PaymentProvider {

  @Override
  public String name() {
    return "manual";
  }

  @Override
  public String begin(PackOrder order) {
    return "ordered";
  }
}
