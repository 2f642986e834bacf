package dev.tollgate.gateway.management.money;

import dev.tollgate.billing.Packs;
import dev.tollgate.billing.Packs.Order;
import dev.tollgate.billing.Packs.Pack;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.Packs.Size;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.CurrencyCode;
import dev.tollgate.gateway.management.wire.OncePerReference;
import dev.tollgate.gateway.management.wire.PackTokens;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tokens.Holder;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;

/** Prepaid packs of a tenant. */
@ManagementController
class PacksController {

  private static final Map<String, String> OF_TOKENS = Map.of("packTokens", "/packTokens", "currency",
      "/currency", "payment", "/payment", "reference", "/reference");
  private static final Map<String, String> OF_MONEY = Map.of("amount", "/worth/amount", "currency",
      "/worth/currency", "payment", "/payment", "reference", "/reference");

  private final Packs packs;
  private final Cards cards;

  PacksController(Packs packs, Cards cards) {
    this.packs = packs;
    this.cards = cards;
  }

  /**
   * Either {@code packTokens} with a {@code currency}, or {@code worth}. The payment is {@code balance}, or
   * {@code recorded} for one that the operator got by other means. The same reference again buys nothing more.
   */
  record NewPack(@Nullable Long packTokens, @Nullable String currency, @Nullable Amount worth,
      Payment payment,
      String reference) {}

  /** {@code left} is in pack tokens, with up to three decimals. */
  record PackCard(String reference, long packTokens, Amount price, String payment, Instant boughtAt,
      Instant validUntil, String left) {

    static PackCard of(Pack pack) {
      return new PackCard(pack.reference(), pack.packTokens(), Amount.of(pack.price()),
          pack.payment().name().toLowerCase(Locale.ROOT), pack.boughtAt(), pack.validUntil(),
          PackTokens.of(pack.leftMillitokens()));
    }
  }

  /** Whether money pays for requests where allowance and packs end. */
  record PackSettings(boolean fallThrough) {}

  /** The soonest expiry first. */
  @GetMapping("/tenants/{tenant}/packs")
  Page<PackCard> list(Tenant tenant, PageRequest page) {
    return page.sorted(packs.of(tenant.id()), PackCard::of,
        pack -> SortKey.of(pack.validUntil(), pack.reference()));
  }

  @OncePerReference
  @PostMapping("/tenants/{tenant}/packs")
  ResponseEntity<PackCard> buy(Tenant tenant, @Body NewPack wanted, Change change) {
    if (wanted.payment() == Payment.RECORDED && Actor.current().holder() instanceof Holder.Member) {
      throw Rejection.invalid("/payment", "must be balance: only the operator records payments");
    }
    Purchase purchase = packs.buy(tenant.id(), order(wanted));
    return switch (purchase) {
      case Purchase.Bought(Pack pack, boolean first) -> {
        PackCard card = PackCard.of(pack);
        if (!first) {
          change.none();
          yield ResponseEntity.ok(card);
        }
        change.record("pack.buy", pack.reference(), null, card);
        yield ResponseEntity.status(HttpStatus.CREATED).body(card);
      }
      case Purchase.Refused(String field, String rule) -> throw Rejection.invalid(
          (wanted.worth() == null ? OF_TOKENS : OF_MONEY).getOrDefault(field, ""), rule);
    };
  }

  private static Order order(NewPack wanted) {
    Long tokens = wanted.packTokens();
    Amount worth = wanted.worth();
    String currency = wanted.currency();
    if (worth != null && tokens == null && currency == null) {
      return new Order(new Size.Worth(worth.pico()), worth.currency(), wanted.payment(), wanted.reference());
    }
    if (tokens != null && worth == null) {
      if (currency == null) {
        throw Rejection.invalid("/currency", "must be given");
      }
      return new Order(new Size.Tokens(tokens), CurrencyCode.checked("/currency", currency), wanted.payment(),
          wanted.reference());
    }
    throw Rejection.invalid("", "must have either packTokens and currency, or worth");
  }

  @GetMapping("/tenants/{tenant}/pack-settings")
  ResponseEntity<PackSettings> settings(Tenant tenant) {
    return cards.ok(new PackSettings(packs.fallsThrough(tenant.id())));
  }

  @RequiresIfMatch
  @PutMapping("/tenants/{tenant}/pack-settings")
  ResponseEntity<PackSettings> set(Tenant tenant, @Body PackSettings wanted, HttpServletRequest request,
      Change change) {
    var before = new PackSettings(packs.fallsThrough(tenant.id()));
    cards.requireSeen(request, before);
    packs.fallThrough(tenant.id(), wanted.fallThrough());
    change.record("pack-settings.set", tenant.id(), before, wanted);
    return cards.ok(wanted);
  }
}
