package dev.tollgate.gateway.console.api;

import dev.tollgate.billing.Packs;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.Packs.Size;
import dev.tollgate.billing.TenantContracts;
import dev.tollgate.gateway.console.orders.PackOrder;
import dev.tollgate.gateway.console.orders.PackOrders;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Decided;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
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

  private static final Map<String, String> OF_TOKENS = Map.of("packTokens", "/packTokens", "currency",
      "/packTokens", "tenant", "");
  private static final Map<String, String> OF_WORTH = Map.of("amount", "/worth/amount", "currency",
      "/worth/currency", "tenant", "");

  private final PackOrders orders;
  private final Packs packs;
  private final TenantContracts contracts;
  private final Cards cards;

  PackOrdersController(PackOrders orders, Packs packs, TenantContracts contracts, Cards cards) {
    this.orders = orders;
    this.packs = packs;
    this.contracts = contracts;
    this.cards = cards;
  }

  /** Either {@code packTokens} or {@code worth}, in the currency of the contract in force. */
  record NewPackOrder(@Nullable Long packTokens, @Nullable Amount worth) {}

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
  Page<PackOrderCard> list(Tenant tenant, PageRequest page) {
    return page.sorted(orders.open(tenant.id()), PackOrderCard::of, order -> SortKey.of(order.id()));
  }

  @GetMapping("/tenants/{tenant}/pack-orders/{order}")
  ResponseEntity<PackOrderCard> read(Tenant tenant, @PathVariable UUID order) {
    return cards.ok(orders.open(tenant.id()).stream().filter(one -> one.id().equals(order)).findFirst()
        .map(PackOrderCard::of).orElseThrow(() -> Rejection.notFound("open order " + order)));
  }

  /** The pack is bought when the operator has the money. Who pays out of the balance buys it at once: see packs. */
  @PostMapping("/tenants/{tenant}/pack-orders")
  ResponseEntity<PackOrderCard> order(Tenant tenant, @Body NewPackOrder wanted, HttpServletRequest request,
      Change change) {
    String currency = contracts.inForce(tenant.id())
        .orElseThrow(() -> Rejection.conflict("", "must have a contract in force")).currency();
    PackOrderCard card = PackOrderCard
        .of(orders.place(tenant.id(), Actor.current().token(), size(tenant, wanted, currency), currency));
    change.record("pack-order.place", card.id(), null, card);
    return cards.created(request, card.id(), card);
  }

  /** What is ordered must be what could be bought now, so that nobody pays for what is refused afterwards. */
  private Size size(Tenant tenant, NewPackOrder wanted, String currency) {
    Long tokens = wanted.packTokens();
    Amount worth = wanted.worth();
    if (tokens != null && worth == null) {
      var size = new Size.Tokens(tokens);
      Decided.value(packs.quote(tenant.id(), size, currency), OF_TOKENS);
      return size;
    }
    if (worth != null && tokens == null) {
      if (!worth.currency().equals(currency)) {
        throw Rejection.invalid("/worth/currency", "must be that of the contract, " + currency);
      }
      var size = new Size.Worth(worth.pico());
      Decided.value(packs.quote(tenant.id(), size, currency), OF_WORTH);
      return size;
    }
    throw Rejection.invalid("", "must have either packTokens or worth");
  }

  /** The payment is there: the pack is bought, unless contract or offers have changed so that it cannot be. */
  @PostMapping("/tenants/{tenant}/pack-orders/{order}/paid")
  ResponseEntity<PackOrderCard> paid(Tenant tenant, @PathVariable UUID order, Change change) {
    PackOrder taken = taken(tenant, order);
    if (orders.paid(taken) instanceof Purchase.Refused(String _, String rule)) {
      throw Rejection.conflict("", rule);
    }
    change.record("pack-order.paid", order, PackOrderCard.of(taken), null);
    return ResponseEntity.ok(PackOrderCard.of(taken));
  }

  @RequiresIfMatch
  @DeleteMapping("/tenants/{tenant}/pack-orders/{order}")
  ResponseEntity<PackOrderCard> cancel(Tenant tenant, @PathVariable UUID order, HttpServletRequest request,
      Change change) {
    PackOrder taken = taken(tenant, order);
    cards.requireSeen(request, PackOrderCard.of(taken));
    orders.cancel(taken);
    change.record("pack-order.cancel", order, PackOrderCard.of(taken), null);
    return ResponseEntity.ok(PackOrderCard.of(taken));
  }

  private PackOrder taken(Tenant tenant, UUID order) {
    return orders.take(tenant.id(), order).orElseThrow(() -> Rejection.notFound("open order " + order));
  }
}
