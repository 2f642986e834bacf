package dev.tollgate.gateway.management.money;

import dev.tollgate.billing.TopUps;
import dev.tollgate.billing.TopUps.Received;
import dev.tollgate.billing.TopUps.TopUp;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Decided;
import dev.tollgate.gateway.management.wire.LargeAmount;
import dev.tollgate.gateway.management.wire.OncePerReference;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.tenants.Tenant;
import java.time.Instant;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Money that a tenant paid in. */
@ManagementController
class TopUpsController {

  private static final Map<String, String> POINTERS = Map.of("amount", "/amount/amount", "currency",
      "/amount/currency", "tenant", "");

  private final TopUps topUps;

  TopUpsController(TopUps topUps) {
    this.topUps = topUps;
  }

  /** {@code reference} is that of the payment; the same one again pays in nothing more. */
  record NewTopUp(LargeAmount amount, String reference) {}

  record TopUpCard(String id, String reference, Amount amount, Instant postedAt) {

    static TopUpCard of(TopUp topUp) {
      return new TopUpCard(Long.toString(topUp.id()), topUp.reference(), Amount.of(topUp.amount()),
          topUp.postedAt());
    }
  }

  @GetMapping("/tenants/{tenant}/top-ups")
  Page<TopUpCard> list(Tenant tenant, PageRequest page) {
    return page.page(topUps.of(tenant.id(), page.afterNumber(), page.limitAndOne()), TopUpCard::of,
        TopUp::id);
  }

  @OncePerReference
  @PostMapping("/tenants/{tenant}/top-ups")
  ResponseEntity<TopUpCard> receive(Tenant tenant, @Body NewTopUp wanted, Change change) {
    Received received = Decided.value(topUps.receive(tenant.id(), wanted.amount().currency(),
        wanted.amount().pico(), wanted.reference()), POINTERS);
    TopUpCard card = TopUpCard.of(received.topUp());
    if (!received.first()) {
      change.none();
      return ResponseEntity.ok(card);
    }
    change.record("top-up.receive", card.id(), null, card);
    return ResponseEntity.status(HttpStatus.CREATED).body(card);
  }
}
