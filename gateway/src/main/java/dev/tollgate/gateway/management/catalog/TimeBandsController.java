package dev.tollgate.gateway.management.catalog;

import dev.tollgate.billing.Prices;
import dev.tollgate.billing.Prices.Band;
import dev.tollgate.billing.Prices.Filter;
import dev.tollgate.billing.Prices.NewBand;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.CurrencyCode;
import dev.tollgate.gateway.management.wire.Decided;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.gateway.management.wire.TimeOfDay;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Time bands: discounts off the list in windows of a UTC weekday. */
@ManagementController
class TimeBandsController {

  private static final Map<String, String> POINTERS = Map.of("fromMinute", "/begins", "untilMinute", "/ends",
      "band", "");

  private final Prices prices;
  private final Cards cards;
  private final Clock clock;

  TimeBandsController(Prices prices, Cards cards, Clock clock) {
    this.prices = prices;
    this.cards = cards;
    this.clock = clock;
  }

  /** A window over midnight is two bands. */
  record PlannedBand(String model, String region, String currency, DayOfWeek weekday, TimeOfDay begins,
      TimeOfDay ends, int discountBasisPoints, Instant from) {}

  record BandEnd(Instant until) {}

  record BandCard(String id, String model, String region, String currency, String weekday, String begins,
      String ends, int discountBasisPoints, @Nullable Instant from, @Nullable Instant until) {

    static BandCard of(Band band) {
      return new BandCard(Long.toString(band.id()), band.model(), band.region(), band.currency(),
          band.weekday().name().toLowerCase(Locale.ROOT), TimeOfDay.written(band.fromMinute()),
          TimeOfDay.written(band.untilMinute()), band.discountBasisPoints(), band.from(), band.until());
    }
  }

  /** The newest first; {@code inForce} leaves out past and planned ones. */
  @GetMapping("/time-bands")
  Page<BandCard> list(PageRequest page, @RequestParam(required = false) @Nullable String model,
      @RequestParam(required = false) @Nullable String region,
      @RequestParam(required = false) @Nullable String currency,
      @RequestParam(defaultValue = "false") boolean inForce) {
    var filter = new Filter(model, region, currency, inForce ? clock.instant() : null);
    return page.page(prices.bands(filter, page.afterNumber(), page.limitAndOne()), BandCard::of, Band::id);
  }

  @PostMapping("/time-bands")
  ResponseEntity<BandCard> plan(@Body PlannedBand wanted, HttpServletRequest request, Change change) {
    BandCard card = BandCard.of(Decided.value(prices.addBand(new NewBand(wanted.model(), wanted.region(),
        CurrencyCode.checked("/currency", wanted.currency()), wanted.weekday(), wanted.begins().minute(),
        wanted.ends().minute(), wanted.discountBasisPoints(), wanted.from())), POINTERS));
    change.record("time-band.plan", card.id(), null, card);
    return cards.created(request, card.id(), card);
  }

  @GetMapping("/time-bands/{band}")
  ResponseEntity<BandCard> read(@PathVariable long band) {
    return cards.ok(found(band));
  }

  @RequiresIfMatch
  @PostMapping("/time-bands/{band}/end")
  ResponseEntity<BandCard> end(@PathVariable long band, @Body BandEnd wanted, HttpServletRequest request,
      Change change) {
    BandCard before = found(band);
    cards.requireSeen(request, before);
    BandCard after = BandCard.of(Decided.value(prices.endBand(band, wanted.until()), POINTERS));
    change.record("time-band.end", band, before, after);
    return cards.ok(after);
  }

  private BandCard found(long band) {
    return prices.band(band).map(BandCard::of).orElseThrow(() -> Rejection.notFound("time band " + band));
  }
}
