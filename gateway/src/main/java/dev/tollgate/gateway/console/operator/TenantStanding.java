package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.Balances;
import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.TenantContracts;
import dev.tollgate.billing.TopUps;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.orders.PackOrders;
import dev.tollgate.gateway.console.portal.BudgetTable;
import dev.tollgate.gateway.console.portal.Caps;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.tenants.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** How a tenant stands with its money, for its page in the console. */
@Component
@PagesRole
class TenantStanding {

  private final TenantContracts contracts;
  private final Balances balances;
  private final Packs packs;
  private final PackOrders orders;
  private final TopUps topUps;
  private final BudgetTable budgets;
  private final Invoices invoices;
  private final BillingProfiles profiles;
  private final Caps caps;
  private final Clock clock;

  TenantStanding(TenantContracts contracts, Balances balances, Packs packs, PackOrders orders, TopUps topUps,
      BudgetTable budgets, Invoices invoices, BillingProfiles profiles, Caps caps, Clock clock) {
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

  void describe(TenantId tenant, HttpServletRequest request, Model model) {
    contracts.inForce(tenant).ifPresent(contract -> {
      model.addAttribute("contract", contract);
      model.addAttribute("balance", balances.of(tenant));
      model.addAttribute("budgets", budgets.of(tenant, request));
    });
    model.addAttribute("contracts", contracts.of(tenant).reversed());
    Asked<Packs.By> askedPacks = Asked.of(request, "packs", Packs.By.VALID, false);
    model.addAttribute("packs",
        askedPacks.table(packs.of(tenant, askedPacks.slice()), Packs.Pack::reference));
    model.addAttribute("orders", orders.open(tenant));
    Asked<TopUps.Order> askedTopUps = Asked.of(request, "top-ups", TopUps.Order.WHEN, true);
    model.addAttribute("topUps", askedTopUps.table(topUps.of(tenant, askedTopUps.slice()), TopUps.TopUp::id));
    Asked<Invoices.Order> askedInvoices = Asked.of(request, "invoices", Invoices.Order.DRAFTED, true);
    model.addAttribute("invoices", askedInvoices.table(
        invoices.list(new Invoices.Filter(tenant, null, null, false), askedInvoices.slice()), Invoice::id));
    profiles.of(tenant).ifPresent(profile -> model.addAttribute("profile", profile));
    model.addAttribute("limits", caps.rates(caps.ofTenant(tenant)));
    model.addAttribute("now", clock.instant());
  }
}
