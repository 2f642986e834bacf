package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.Adjustments;
import dev.tollgate.billing.Adjustments.Adjustment;
import dev.tollgate.billing.Adjustments.Kind;
import dev.tollgate.billing.Adjustments.Recording;
import dev.tollgate.billing.Money;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.LargeAmount;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.gateway.management.wire.Wire;
import dev.tollgate.tenants.Tenant;
import java.math.BigInteger;
import java.time.YearMonth;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** What goes on a tenant's next invoice apart from what it used. */
@ManagementController
class AdjustmentsController {

  private static final Map<String, String> POINTERS = Map.of("amount", "/amount/amount", "currency",
      "/amount/currency");

  private final Adjustments adjustments;

  AdjustmentsController(Adjustments adjustments) {
    this.adjustments = adjustments;
  }

  /** Whether the tenant is to pay more or less. */
  enum Direction {
    CHARGE, CREDIT
  }

  /** {@code reference} is unique within the tenant; the same one again records nothing more. */
  record NewAdjustment(Direction direction, LargeAmount amount, YearMonth serviceMonth, String description,
      String reference) {}

  record AdjustmentCard(String kind, String direction, Amount amount, YearMonth serviceMonth,
      String description,
      String reference) {

    static AdjustmentCard of(Adjustment adjustment) {
      BigInteger pico = adjustment.amount().pico();
      return new AdjustmentCard(Wire.name(adjustment.kind()),
          Wire.name(pico.signum() < 0 ? Direction.CREDIT : Direction.CHARGE),
          Amount.of(adjustment.amount().currency(), pico.abs()), adjustment.serviceMonth(),
          adjustment.description(), adjustment.reference());
    }
  }

  /** Those that no invoice has taken up yet, by month. */
  @GetMapping("/tenants/{tenant}/adjustments")
  Page<AdjustmentCard> list(Tenant tenant, PageRequest page) {
    return page.sorted(adjustments.pending(tenant.id()), AdjustmentCard::of,
        one -> SortKey.of(one.serviceMonth(), one.kind(), one.reference()));
  }

  @PostMapping("/tenants/{tenant}/adjustments")
  ResponseEntity<AdjustmentCard> add(Tenant tenant, @Body NewAdjustment wanted, Change change) {
    BigInteger pico = wanted.amount().pico();
    if (pico.signum() == 0) {
      throw Rejection.invalid("/amount/amount", "must be more than 0");
    }
    var adjustment = new Adjustment(Kind.ADJUSTMENT,
        new Money(wanted.amount().currency(), wanted.direction() == Direction.CREDIT ? pico.negate() : pico),
        wanted.serviceMonth(), wanted.description(), wanted.reference());
    Recording outcome = adjustments.add(tenant.id(), adjustment, Actor.current().title());
    if (outcome instanceof Recording.Refused(String field, String rule)) {
      throw field.equals("reference") && rule.contains("another adjustment")
          ? Rejection.conflict("/reference", "must not be that of another adjustment")
          : Rejection.invalid(POINTERS.getOrDefault(field, "/" + field), rule);
    }
    AdjustmentCard card = AdjustmentCard.of(adjustment);
    change.record("adjustment.add", wanted.reference(), null, card);
    return ResponseEntity.status(HttpStatus.CREATED).body(card);
  }
}
