package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.Balances;
import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.TenantContracts;
import dev.tollgate.billing.TopUps;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.orders.PackOrders;
import dev.tollgate.gateway.console.portal.Caps;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** How a tenant stands with its money, for its page in the console. */
@Component
@PagesRole
class TenantStanding {

  private static final int TOP_UPS = 20;

  private final TenantContracts contracts;
  private final Balances balances;
  private final Packs packs;
  private final PackOrders orders;
  private final TopUps topUps;
  private final Budgets budgets;
  private final Invoices invoices;
  private final BillingProfiles profiles;
  private final Caps caps;
  private final Clock clock;

  TenantStanding(TenantContracts contracts, Balances balances, Packs packs, PackOrders orders, TopUps topUps,
      Budgets budgets, Invoices invoices, BillingProfiles profiles, Caps caps, Clock clock) {
    this.contracts = contracts;
    this.balances = balances;
    this.packs = packs;
    this.orders = orders;
    this.topUps = topUps;
    this.budgets = budgets;
    this.invoices = invoices;
    this.profiles = profiles;
    this.caps = caps;
    this.clock = clock;
  }

  void describe(TenantId tenant, Model model) {
    contracts.inForce(tenant).ifPresent(contract -> {
      model.addAttribute("contract", contract);
      model.addAttribute("balance", balances.of(tenant));
      model.addAttribute("budgets", budgets.of(tenant));
    });
    model.addAttribute("contracts", contracts.of(tenant).reversed());
    model.addAttribute("packs", packs.of(tenant));
    model.addAttribute("orders", orders.open(tenant));
    model.addAttribute("topUps", topUps.of(tenant, null, TOP_UPS));
    model.addAttribute("invoices", invoices.of(tenant));
    profiles.of(tenant).ifPresent(profile -> model.addAttribute("profile", profile));
    model.addAttribute("limits", caps.rates(caps.ofTenant(tenant)));
    model.addAttribute("now", clock.instant());
  }
}
