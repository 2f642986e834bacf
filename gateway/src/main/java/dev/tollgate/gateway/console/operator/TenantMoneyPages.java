package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.Offerings;
import dev.tollgate.billing.Prices;
import dev.tollgate.billing.TenantContracts;
import dev.tollgate.billing.TenantContracts.Agreed;
import dev.tollgate.billing.TenantContracts.Proposal;
import dev.tollgate.billing.TopUps;
import dev.tollgate.billing.TopUps.Received;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Field.Option;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.console.orders.PackForms;
import dev.tollgate.gateway.console.orders.PackOrder;
import dev.tollgate.gateway.console.orders.PackOrders;
import dev.tollgate.gateway.console.portal.Caps;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** What the operator's finance people do about one tenant's money. */
@PageController
class TenantMoneyPages {

  private static final int PICO_DIGITS = 12;

  private final TopUps topUps;
  private final TenantContracts contracts;
  private final Offerings offerings;
  private final Prices prices;
  private final PackForms packForms;
  private final PackOrders orders;
  private final Caps caps;

  TenantMoneyPages(TopUps topUps, TenantContracts contracts, Offerings offerings, Prices prices,
      PackForms packForms, PackOrders orders, Caps caps) {
    this.topUps = topUps;
    this.contracts = contracts;
    this.offerings = offerings;
    this.prices = prices;
    this.packForms = packForms;
    this.orders = orders;
    this.caps = caps;
  }

  @GetMapping("/console/tenants/{tenant}/top-up")
  String topUp(Tenant tenant, Model model) {
    return show(topUpPage(tenant), model);
  }

  @PostMapping("/console/tenants/{tenant}/top-up")
  String topUp(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(topUpPage(tenant), request);
    String currency = contracts.inForce(tenant.id()).map(Agreed::currency)
        .orElseThrow(() -> form.rejected("", "must have a contract in force"));
    BigInteger amount = form.largePico("amount");
    String reference = form.text("reference");
    Received made = form.decided(topUps.receive(tenant.id(), currency, form.given(amount), reference),
        Map.of());
    if (made.first()) {
      change.record("top-up.receive", made.topUp().id(), null,
          Map.of("reference", reference, "amount", Amount.of(made.topUp().amount())));
    }
    return done(tenant);
  }

  @GetMapping("/console/tenants/{tenant}/pack")
  String pack(Tenant tenant, Model model) {
    return show(packPage(tenant), model);
  }

  @PostMapping("/console/tenants/{tenant}/pack")
  String pack(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(packPage(tenant), request);
    packForms.buy(tenant.id(), form, packForms.reference(form), change);
    return done(tenant);
  }

  @GetMapping("/console/tenants/{tenant}/orders/{order}/paid")
  String paid(Tenant tenant, @PathVariable UUID order, Model model) {
    return show(orderPage("order-paid", tenant, order, "paid"), model);
  }

  /** The payment is there: what was ordered is bought. */
  @PostMapping("/console/tenants/{tenant}/orders/{order}/paid")
  String paid(Tenant tenant, @PathVariable UUID order, HttpServletRequest request, PageChange change) {
    PackOrder taken = orders.take(tenant.id(), order).orElseThrow(PageException.NotFound::new);
    Form form = Form.read(orderPage("order-paid", tenant, order, "paid"), request);
    PackForms.bought(orders.paid(taken), form, change);
    change.record("pack-order.pay", order, null, Map.of("reference", taken.reference()));
    return done(tenant);
  }

  @GetMapping("/console/tenants/{tenant}/orders/{order}/cancel")
  String cancel(Tenant tenant, @PathVariable UUID order, Model model) {
    return show(orderPage("order-cancel", tenant, order, "cancel").taking(), model);
  }

  @PostMapping("/console/tenants/{tenant}/orders/{order}/cancel")
  String cancel(Tenant tenant, @PathVariable UUID order, PageChange change) {
    orders.cancel(orders.take(tenant.id(), order).orElseThrow(PageException.NotFound::new));
    change.record("pack-order.cancel", order, null, null);
    return done(tenant);
  }

  @GetMapping("/console/tenants/{tenant}/credit-limit")
  String creditLimit(Tenant tenant, Model model) {
    return show(creditPage(tenant), model);
  }

  @PostMapping("/console/tenants/{tenant}/credit-limit")
  String creditLimit(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(creditPage(tenant), request);
    Long limit = form.pico("credit_limit");
    Agreed before = contracts.inForce(tenant.id())
        .orElseThrow(() -> form.rejected("", "must have a contract in force"));
    Agreed after = form.decided(contracts.limitCredit(tenant.id(), before.currency(), form.given(limit)),
        Map.of("limit", "credit_limit", "creditLimit", "credit_limit"));
    change.record("credit-limit.set", tenant.id(),
        Map.of("creditLimit", Amount.of(before.currency(), before.creditLimitPico())),
        Map.of("creditLimit", Amount.of(after.currency(), after.creditLimitPico())));
    return done(tenant);
  }

  @GetMapping("/console/tenants/{tenant}/contract")
  String contract(Tenant tenant, Model model) {
    return show(contractPage(tenant), model);
  }

  @PostMapping("/console/tenants/{tenant}/contract")
  String contract(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(contractPage(tenant), request);
    String plan = form.choice("plan");
    String currency = form.choice("currency");
    ZoneId zone = zone(form);
    Long limit = form.pico("credit_limit");
    Long committed = form.number("committed_tokens");
    var proposal = new Proposal(plan, currency, zone, Objects.requireNonNullElse(limit, 0L),
        Objects.requireNonNullElse(committed, 0L), form.moment("from"));
    form.check();
    Agreed agreed = form.decided(contracts.conclude(tenant.id(), proposal),
        Map.of("creditLimit", "credit_limit", "committedTokensPerMonth", "committed_tokens"));
    change.record("contract.conclude", agreed.id(), null, agreed);
    return done(tenant);
  }

  @GetMapping("/console/tenants/{tenant}/limits")
  String limits(Tenant tenant, Model model) {
    return show(caps.page(tenant.id(), caps.ofTenant(tenant.id()), path(tenant), tenant.name()), model);
  }

  @PostMapping("/console/tenants/{tenant}/limits")
  String limits(Tenant tenant, HttpServletRequest request, PageChange change) {
    caps.set(tenant.id(), caps.ofTenant(tenant.id()),
        Form.read(caps.page(tenant.id(), caps.ofTenant(tenant.id()), path(tenant), tenant.name()), request),
        change);
    return done(tenant);
  }

  private static FormPage topUpPage(Tenant tenant) {
    return new FormPage("top-up", path(tenant) + "/top-up", path(tenant), tenant.name(),
        Field.required("amount", Kind.MONEY), Field.required("reference", Kind.TEXT));
  }

  private FormPage packPage(Tenant tenant) {
    return packForms.page(tenant.id(), "sell-pack", path(tenant) + "/pack", path(tenant), tenant.name());
  }

  private static FormPage orderPage(String name, Tenant tenant, UUID order, String action) {
    return new FormPage(name, path(tenant) + "/orders/" + order + "/" + action, path(tenant), tenant.name());
  }

  private FormPage creditPage(Tenant tenant) {
    String present = contracts.inForce(tenant.id()).map(Agreed::creditLimitPico)
        .map(TenantMoneyPages::decimal)
        .orElse("");
    return new FormPage("credit-limit", path(tenant) + "/credit-limit", path(tenant), tenant.name(),
        Field.required("credit_limit", Kind.MONEY).with(present));
  }

  private FormPage contractPage(Tenant tenant) {
    return new FormPage("contract", path(tenant) + "/contract", path(tenant), tenant.name(),
        Field.choice("plan", offerings.plans().stream().map(plan -> Option.named(plan.name())).toList()),
        Field.choice("currency",
            prices.currencies().stream().sorted().map(code -> new Option(code, code)).toList()).with("USD"),
        Field.required("zone", Kind.TEXT).with("UTC"), Field.optional("credit_limit", Kind.MONEY),
        Field.optional("committed_tokens", Kind.NUMBER), Field.optional("from", Kind.MOMENT));
  }

  private static ZoneId zone(Form form) {
    try {
      return ZoneId.of(form.text("zone"));
    } catch (DateTimeException e) {
      form.refuse("zone", "zone", "must be a time zone such as Europe/Zurich or UTC");
      return ZoneOffset.UTC;
    }
  }

  private static String show(FormPage page, Model model) {
    model.addAttribute("form", page.empty());
    return Form.VIEW;
  }

  private static String path(Tenant tenant) {
    return "/console/tenants/" + tenant.id();
  }

  private static String done(Tenant tenant) {
    return "redirect:" + path(tenant) + "?done=saved";
  }

  private static String decimal(BigInteger pico) {
    return new BigDecimal(pico, PICO_DIGITS).stripTrailingZeros().toPlainString();
  }
}
