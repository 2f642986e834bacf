package dev.tollgate.gateway.management.catalog;

import dev.tollgate.billing.Prices;
import dev.tollgate.billing.Prices.Filter;
import dev.tollgate.billing.Prices.NewPrice;
import dev.tollgate.billing.Prices.Price;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Decided;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The price book: versions of list prices. A version in force is never changed; the next one is planned. */
@ManagementController
class PricesController {

  private static final Map<String, String> POINTERS = Map.of("price", "/perMillionTokens/amount", "currency",
      "/perMillionTokens/currency");

  private final Prices prices;
  private final Cards cards;
  private final Clock clock;

  PricesController(Prices prices, Cards cards, Clock clock) {
    this.prices = prices;
    this.cards = cards;
    this.clock = clock;
  }

  /** {@code "*"} as model or region stands for those without a price of their own. */
  record PlannedPrice(String model, String region, TokenClass tokenClass, Amount perMillionTokens,
      Instant from) {}

  /** {@code until} is exclusive. */
  record PriceCard(String id, String model, String region, String tokenClass, Amount perMillionTokens,
      @Nullable Instant from, @Nullable Instant until) {

    static PriceCard of(Price price) {
      return new PriceCard(Long.toString(price.id()), price.model(), price.region(),
          price.tokenClass().name().toLowerCase(Locale.ROOT),
          Amount.perMillion(price.currency(), price.picoPerToken()), price.from(), price.until());
    }
  }

  /** The newest first; {@code inForce} leaves out past and planned ones. */
  @GetMapping("/prices")
  Page<PriceCard> list(PageRequest page, @RequestParam(required = false) @Nullable String model,
      @RequestParam(required = false) @Nullable String region,
      @RequestParam(required = false) @Nullable String currency,
      @RequestParam(defaultValue = "false") boolean inForce) {
    var filter = new Filter(model, region, currency, inForce ? clock.instant() : null);
    return page.page(prices.list(filter, page.afterNumber(), page.limitAndOne()), PriceCard::of, Price::id);
  }

  @PostMapping("/prices")
  ResponseEntity<PriceCard> plan(@Body PlannedPrice wanted, HttpServletRequest request, Change change) {
    long pico = PerMillion.picoPerToken("/perMillionTokens/amount", wanted.perMillionTokens());
    PriceCard card = PriceCard.of(Decided.value(prices.plan(new NewPrice(wanted.model(), wanted.region(),
        wanted.tokenClass(), wanted.perMillionTokens().currency(), pico, wanted.from())), POINTERS));
    change.record("price.plan", card.id(), null, card);
    return cards.created(request, card.id(), card);
  }

  @GetMapping("/prices/{price}")
  ResponseEntity<PriceCard> read(@PathVariable long price) {
    return cards.ok(found(price));
  }

  /** The version before it goes on again. */
  @RequiresIfMatch
  @DeleteMapping("/prices/{price}")
  ResponseEntity<PriceCard> withdraw(@PathVariable long price, HttpServletRequest request, Change change) {
    PriceCard before = found(price);
    cards.requireSeen(request, before);
    Decided.value(prices.withdraw(price), Map.of("price", ""));
    change.record("price.withdraw", price, before, null);
    return ResponseEntity.ok(before);
  }

  private PriceCard found(long price) {
    return prices.find(price).map(PriceCard::of).orElseThrow(() -> Rejection.notFound("price " + price));
  }
}
