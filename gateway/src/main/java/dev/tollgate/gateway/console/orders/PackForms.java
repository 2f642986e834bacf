package dev.tollgate.gateway.console.orders;

import dev.tollgate.billing.Packs;
import dev.tollgate.billing.Packs.Order;
import dev.tollgate.billing.Packs.Pack;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.Packs.Size;
import dev.tollgate.billing.TenantContracts;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Field.Option;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The form that buys a pack, in the portal and in the console. */
@Component
@PagesRole
public class PackForms {

  private static final String TOKENS = "TOKENS";
  private static final String WORTH = "WORTH";
  private static final String BALANCE = "BALANCE";
  private static final String RECORDED = "RECORDED";
  private static final String TRANSFER = "TRANSFER";
  private static final Map<String, String> FIELDS = Map.of("packTokens", "quantity", "amount", "quantity");

  private final Packs packs;
  private final PackOrders orders;
  private final TenantContracts contracts;

  PackForms(Packs packs, PackOrders orders, TenantContracts contracts) {
    this.packs = packs;
    this.orders = orders;
    this.contracts = contracts;
  }

  /** The form; one that is sold by the operator may be paid already, one that is bought may be paid later. */
  public FormPage page(TenantId tenant, String name, String action, String back, @Nullable String about) {
    boolean sold = name.startsWith("sell");
    return new FormPage(name, action, back, about,
        Field.choice("size", List.of(Option.named(TOKENS), Option.named(WORTH))),
        Field.required("quantity", Kind.MONEY),
        Field.choice("payment", List.of(Option.named(BALANCE), Option.named(sold ? RECORDED : TRANSFER))));
  }

  /** A reference of its own for every form, the same when it is sent again. */
  public String reference(Form form) {
    return "form-" + form.id();
  }

  /** Buys or orders what the form says; the answer is the code of what came of it. */
  public String buy(TenantId tenant, Form form, String reference, PageChange change) {
    String currency = contracts.inForce(tenant)
        .orElseThrow(() -> form.rejected("", "must have a contract in force")).currency();
    boolean byTokens = form.choice("size").equals(TOKENS);
    Size size = byTokens ? new Size.Tokens(form.given(form.number("quantity")))
        : new Size.Worth(form.given(form.pico("quantity")));
    String payment = form.choice("payment");
    form.check();
    if (payment.equals(TRANSFER)) {
      // Nobody is to pay for what is refused afterwards.
      form.decided(packs.quote(tenant, size, currency), FIELDS);
      UUID id = PackOrders.newId();
      String told = orders.place(id, tenant, Visitor.current().person().id(), size, currency);
      change.record("pack-order.place", id, null,
          Map.of("size", form.choice("size"), "quantity", form.text("quantity")));
      return told;
    }
    Purchase purchase = packs.buy(tenant, new Order(size, currency, Payment.valueOf(payment), reference));
    return bought(purchase, form, change);
  }

  /** Records what was bought, or shows the form again. */
  public static String bought(Purchase purchase, Form form, PageChange change) {
    return switch (purchase) {
      case Purchase.Bought(Pack pack, boolean first) -> {
        if (first) {
          change.record("pack.buy", pack.reference(), null,
              Map.of("packTokens", pack.packTokens(), "currency", pack.price().currency(), "pricePico",
                  pack.price().pico(), "payment", pack.payment()));
        }
        yield "pack-bought";
      }
      case Purchase.Refused(String field, String rule) -> throw form
          .rejected(FIELDS.getOrDefault(field, field), rule);
    };
  }
}
