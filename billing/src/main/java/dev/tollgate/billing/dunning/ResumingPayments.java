package dev.tollgate.billing.dunning;

import dev.tollgate.billing.Dunning;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Payments;
import dev.tollgate.tenants.Slice;
import java.time.LocalDate;
import java.util.List;

/** Payments after which a tenant that was refused for arrears is accepted again at once, and refunds that end that. */
public final class ResumingPayments implements Payments {

  private final Payments payments;
  private final Dunning dunning;

  public ResumingPayments(Payments payments, Dunning dunning) {
    this.payments = payments;
    this.dunning = dunning;
  }

  @Override
  public Outcome pay(InvoiceId invoice, Payment payment, String by) {
    Outcome outcome = payments.pay(invoice, payment, by);
    if (outcome instanceof Outcome.Recorded(var document)) {
      dunning.settled(document.tenant());
    }
    return outcome;
  }

  @Override
  public Outcome refund(InvoiceId invoice, Payment payment, String by) {
    Outcome outcome = payments.refund(invoice, payment, by);
    if (outcome instanceof Outcome.Recorded(var document)) {
      dunning.reopened(document.tenant());
    }
    return outcome;
  }

  @Override
  public List<Settled> of(InvoiceId invoice) {
    return payments.of(invoice);
  }

  @Override
  public List<Overdue> overdue(LocalDate day) {
    return payments.overdue(day);
  }

  @Override
  public List<Overdue> overdue(LocalDate day, Slice<OverdueOrder> slice) {
    return payments.overdue(day, slice);
  }

  @Override
  public long countOverdue(LocalDate day) {
    return payments.countOverdue(day);
  }
}
