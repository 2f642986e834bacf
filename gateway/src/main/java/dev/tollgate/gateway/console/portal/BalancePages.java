package dev.tollgate.gateway.console.portal;

import dev.tollgate.billing.Balances;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.TenantContracts;
import dev.tollgate.billing.TopUps;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.console.orders.PackForms;
import dev.tollgate.gateway.console.orders.PackOrders;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Map;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** What a tenant has left, its packs and its caps. */
@PageController
class BalancePages {

  private final Balances balances;
  private final Packs packs;
  private final TopUps topUps;
  private final BudgetTable budgets;
  private final TenantContracts contracts;
  private final Caps caps;
  private final PackForms packForms;
  private final PackOrders orders;
  private final Clock clock;

  BalancePages(Balances balances, Packs packs, TopUps topUps, BudgetTable budgets, TenantContracts contracts,
      Caps caps, PackForms packForms, PackOrders orders, Clock clock) {
    this.balances = balances;
    this.packs = packs;
    this.topUps = topUps;
    this.budgets = budgets;
    this.contracts = contracts;
    this.caps = caps;
    this.packForms = packForms;
    this.orders = orders;
    this.clock = clock;
  }

  @GetMapping("/portal/{tenant}/balance")
  String balance(Tenant tenant, HttpServletRequest request, Model model) {
    if (contracts.inForce(tenant.id()).isPresent()) {
      model.addAttribute("balance", balances.of(tenant.id()));
      model.addAttribute("budgets", budgets.of(tenant.id(), request));
      model.addAttribute("limits", caps.rates(caps.ofTenant(tenant.id())));
    }
    Asked<Packs.By> askedPacks = Asked.of(request, "packs", Packs.By.VALID, false);
    model.addAttribute("packs",
        askedPacks.table(packs.of(tenant.id(), askedPacks.slice()), Packs.Pack::reference));
    model.addAttribute("orders", orders.open(tenant.id()));
    model.addAttribute("fallsThrough", packs.fallsThrough(tenant.id()));
    Asked<TopUps.Order> askedTopUps = Asked.of(request, "top-ups", TopUps.Order.WHEN, true);
    model.addAttribute("topUps",
        askedTopUps.table(topUps.of(tenant.id(), askedTopUps.slice()), TopUps.TopUp::id));
    model.addAttribute("now", clock.instant());
    return "portal/balance";
  }

  @GetMapping("/portal/{tenant}/balance/pack")
  String pack(Tenant tenant, Model model) {
    model.addAttribute("form", page(tenant).empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/balance/pack")
  String pack(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(page(tenant), request);
    String reference = packForms.reference(form);
    String done = packForms.buy(tenant.id(), form, reference, change);
    return "redirect:/portal/" + tenant.id() + "/balance?done=" + done;
  }

  private FormPage page(Tenant tenant) {
    return packForms.page(tenant.id(), "buy-pack", "/portal/" + tenant.id() + "/balance/pack",
        "/portal/" + tenant.id() + "/balance", null);
  }

  @GetMapping("/portal/{tenant}/balance/fall-through")
  String fallThrough(Tenant tenant, Model model) {
    model.addAttribute("form", fallThroughPage(tenant).empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/balance/fall-through")
  String fallThrough(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(fallThroughPage(tenant), request);
    boolean before = packs.fallsThrough(tenant.id());
    boolean wanted = form.isOn("fall_through");
    packs.fallThrough(tenant.id(), wanted);
    change.record("pack-settings.set", tenant.id(), Map.of("fallThrough", before),
        Map.of("fallThrough", wanted));
    return "redirect:/portal/" + tenant.id() + "/balance?done=saved";
  }

  private FormPage fallThroughPage(Tenant tenant) {
    return new FormPage("fall-through", "/portal/" + tenant.id() + "/balance/fall-through",
        "/portal/" + tenant.id() + "/balance", null,
        Field.optional("fall_through", Kind.SWITCH).with(packs.fallsThrough(tenant.id()) ? "on" : ""));
  }

  @GetMapping("/portal/{tenant}/balance/limits")
  String limits(Tenant tenant, Model model) {
    model.addAttribute("form", limitsPage(tenant).empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/balance/limits")
  String limits(Tenant tenant, HttpServletRequest request, PageChange change) {
    caps.set(tenant.id(), caps.ofTenant(tenant.id()), Form.read(limitsPage(tenant), request), change);
    return "redirect:/portal/" + tenant.id() + "/balance?done=saved";
  }

  private FormPage limitsPage(Tenant tenant) {
    return caps.budgetPage(tenant.id(), caps.ofTenant(tenant.id()), "/portal/" + tenant.id() + "/balance");
  }
}
