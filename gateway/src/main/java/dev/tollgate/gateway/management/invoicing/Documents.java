package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.gateway.management.ManagementRole;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.LargeAmount;
import dev.tollgate.gateway.management.wire.Wire;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tokens.Holder;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds the document that a path names, for those who may see it. */
@Component
@ManagementRole
final class Documents {

  private final Invoices invoices;

  Documents(Invoices invoices) {
    this.invoices = invoices;
  }

  /** A document of the tenant that the caller may see. */
  Invoice found(Tenant tenant, UUID id) {
    return invoices.find(new InvoiceId(id))
        .filter(invoice -> invoice.tenant().equals(tenant.id()))
        .filter(invoice -> invoice.state() != Invoice.State.DRAFT || showsDrafts())
        .orElseThrow(() -> Rejection.notFound("invoice " + id));
  }

  /** Whether the caller is of the operator. */
  static boolean showsDrafts() {
    return Actor.current().holder() instanceof Holder.Operator;
  }

  /** The state that a query names; null for all. */
  static Invoice.@Nullable State state(@Nullable String name) {
    if (name == null) {
      return null;
    }
    for (Invoice.State state : Invoice.State.values()) {
      if (Wire.name(state).equals(name)) {
        return state;
      }
    }
    throw Rejection.invalid("state", "must be one of "
        + Arrays.stream(Invoice.State.values()).map(Wire::name).collect(Collectors.joining(", ")));
  }

  /** An amount in the smallest coin of the document's currency. */
  static long coins(Invoice invoice, LargeAmount amount, String pointer) {
    if (!amount.currency().equals(invoice.currency())) {
      throw Rejection.invalid(pointer + "/currency", "must be that of the invoice, " + invoice.currency());
    }
    BigInteger[] coins = amount.pico().divideAndRemainder(DocumentCards.coin(invoice.minorDigits()));
    if (coins[1].signum() != 0) {
      throw Rejection.invalid(pointer + "/amount",
          "must have at most " + invoice.minorDigits() + " digits after the point");
    }
    return coins[0].longValueExact();
  }
}
