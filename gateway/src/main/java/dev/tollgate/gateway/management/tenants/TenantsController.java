package dev.tollgate.gateway.management.tenants;

import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.RejectedException;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Tenants. */
@ManagementController
class TenantsController {

  private final Tenants tenants;
  private final Cards cards;

  TenantsController(Tenants tenants, Cards cards) {
    this.tenants = tenants;
    this.cards = cards;
  }

  record NewTenant(String slug, String name) {}

  record TenantChange(String name) {}

  /** Sorted by name, slug or created; a minus before it turns the order round. */
  @GetMapping("/tenants")
  Page<TenantCard> list(PageRequest page, @RequestParam(required = false) @Nullable String search,
      @RequestParam(defaultValue = "name") String sort) {
    boolean descending = sort.startsWith("-");
    UUID after = page.afterId();
    var slice = new Slice<>(order(descending ? sort.substring(1) : sort), descending, search,
        after == null ? null : after.toString(), page.limitAndOne());
    return page.page(tenants.list(slice), TenantCard::of, Tenant::id);
  }

  @PostMapping("/tenants")
  ResponseEntity<TenantCard> create(@Body NewTenant wanted, HttpServletRequest request, Change change) {
    Tenant tenant = tenants.create(wanted.slug(), wanted.name());
    TenantCard card = TenantCard.of(tenant);
    change.recordFor(tenant.id(), "tenant.create", tenant.id(), null, card);
    return cards.created(request, tenant.id(), card);
  }

  @GetMapping("/tenants/{tenant}")
  ResponseEntity<TenantCard> read(Tenant tenant) {
    return cards.ok(TenantCard.of(tenant));
  }

  @RequiresIfMatch
  @PatchMapping("/tenants/{tenant}")
  ResponseEntity<TenantCard> rename(Tenant tenant, @Body TenantChange wanted, HttpServletRequest request,
      Change change) {
    TenantCard before = TenantCard.of(tenant);
    cards.requireSeen(request, before);
    TenantCard after = tenants.rename(tenant.id(), wanted.name(), tenant.version()).map(TenantCard::of)
        .orElseThrow(() -> new RejectedException(new Rejection.PreconditionFailed()));
    change.record("tenant.rename", tenant.id(), before, after);
    return cards.ok(after);
  }

  /** At once and without a condition, since it may be urgent; doing it twice changes nothing. */
  @PostMapping("/tenants/{tenant}/suspend")
  ResponseEntity<TenantCard> suspend(Tenant tenant, Change change) {
    tenants.suspend(tenant.id());
    return changed(tenant, "tenant.suspend", change);
  }

  @PostMapping("/tenants/{tenant}/resume")
  ResponseEntity<TenantCard> resume(Tenant tenant, Change change) {
    tenants.resume(tenant.id());
    return changed(tenant, "tenant.resume", change);
  }

  private ResponseEntity<TenantCard> changed(Tenant before, String action, Change change) {
    TenantCard after = TenantCard.of(tenants.find(before.id()).orElseThrow());
    change.record(action, before.id(), TenantCard.of(before), after);
    return cards.ok(after);
  }

  private static Tenants.Order order(String sort) {
    for (Tenants.Order order : Tenants.Order.values()) {
      if (order.name().toLowerCase(Locale.ROOT).equals(sort)) {
        return order;
      }
    }
    throw Rejection.invalid("sort", "must be name, slug or created, or one of these after a minus");
  }
}
