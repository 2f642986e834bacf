package dev.tollgate.gateway.console.api;

import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.gateway.console.orders.PackOrder;
import dev.tollgate.gateway.console.orders.PackOrders;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.tenants.Tenant;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Packs that tenants ordered in the portal and pay by other means than their balance. */
@ManagementController
class PackOrdersController {

  private final PackOrders orders;

  PackOrdersController(PackOrders orders) {
    this.orders = orders;
  }

  /** Either {@code packTokens} or {@code worth} is null. {@code reference} is what the pack will be bought under. */
  record PackOrderCard(UUID id, Instant orderedAt, @Nullable Long packTokens, @Nullable Amount worth,
      String provider, String reference) {

    static PackOrderCard of(PackOrder order) {
      Long worth = order.worthPico();
      return new PackOrderCard(order.id(), order.orderedAt(), order.packTokens(),
          worth == null ? null : Amount.of(order.currency(), BigInteger.valueOf(worth)), order.provider(),
          order.reference());
    }
  }

  /** Those that are yet to be paid, the oldest first. */
  @GetMapping("/tenants/{tenant}/pack-orders")
  Page<PackOrderCard> list(Tenant tenant) {
    return Page.whole(orders.open(tenant.id()).stream().map(PackOrderCard::of).toList());
  }

  /** The payment is there: the pack is bought. */
  @PostMapping("/tenants/{tenant}/pack-orders/{order}/paid")
  ResponseEntity<PackOrderCard> paid(Tenant tenant, @PathVariable UUID order, Change change) {
    PackOrder taken = taken(tenant, order);
    if (orders.paid(taken) instanceof Purchase.Refused) {
      throw Rejection.conflict("/order",
          "must be one that the tenant's contract and the offers of now allow");
    }
    change.record("pack-order.paid", order, PackOrderCard.of(taken), null);
    return ResponseEntity.ok(PackOrderCard.of(taken));
  }

  @DeleteMapping("/tenants/{tenant}/pack-orders/{order}")
  ResponseEntity<PackOrderCard> cancel(Tenant tenant, @PathVariable UUID order, Change change) {
    PackOrder taken = taken(tenant, order);
    orders.cancel(taken);
    change.record("pack-order.cancel", order, PackOrderCard.of(taken), null);
    return ResponseEntity.ok(PackOrderCard.of(taken));
  }

  private PackOrder taken(Tenant tenant, UUID order) {
    return orders.take(tenant.id(), order).orElseThrow(() -> Rejection.notFound("open order " + order));
  }
}
