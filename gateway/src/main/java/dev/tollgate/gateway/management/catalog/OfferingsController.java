package dev.tollgate.gateway.management.catalog;

import dev.tollgate.billing.Offerings;
import dev.tollgate.billing.Offerings.NewPackOffer;
import dev.tollgate.billing.Offerings.PackOffer;
import dev.tollgate.billing.Offerings.PlanTerms;
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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.util.UriUtils;

/** Plans and pack offers. */
@ManagementController
class OfferingsController {

  private static final Map<String, String> OF_TOKENS = pointers("/minimumPackTokens");
  private static final Map<String, String> OF_MONEY = pointers("/minimumWorth/amount");

  private final Offerings offerings;
  private final Cards cards;

  OfferingsController(Offerings offerings, Cards cards) {
    this.offerings = offerings;
    this.cards = cards;
  }

  record PlanCard(String name, long freeTokensPerMonth, int discountBasisPoints, long leastCommitment) {

    static PlanCard of(PlanTerms plan) {
      return new PlanCard(plan.name(), plan.freeTokensPerMonth(), plan.discountBasisPoints(),
          plan.leastCommitment());
    }
  }

  /** Either {@code minimumPackTokens}, for packs sold by their tokens, or {@code minimumWorth}, for money packs. */
  record PlannedOffer(Amount perMillionPackTokens, @Nullable Long minimumPackTokens,
      @Nullable Amount minimumWorth, int months, Instant from) {}

  record OfferCard(String id, Amount perMillionPackTokens, @Nullable Long minimumPackTokens,
      @Nullable Amount minimumWorth, int months, @Nullable Instant from, @Nullable Instant until) {

    static OfferCard of(PackOffer offer) {
      return new OfferCard(Long.toString(offer.id()),
          Amount.perMillion(offer.currency(), offer.picoPerPackToken()),
          offer.moneyPack() ? null : offer.minimum(),
          offer.moneyPack() ? Amount.of(offer.currency(), offer.minimum()) : null, offer.months(),
          offer.from(), offer.until());
    }
  }

  @GetMapping("/plans")
  Page<PlanCard> plans(PageRequest page) {
    return page.sorted(offerings.plans(), PlanCard::of, PlanTerms::name);
  }

  @GetMapping("/plans/{plan}")
  ResponseEntity<PlanCard> plan(@PathVariable String plan) {
    return offerings.plans().stream().filter(one -> one.name().equals(plan)).findFirst()
        .map(found -> cards.ok(PlanCard.of(found))).orElseThrow(() -> Rejection.notFound("plan " + plan));
  }

  @PostMapping("/plans")
  ResponseEntity<PlanCard> addPlan(@Body PlanCard wanted, HttpServletRequest request, Change change) {
    PlanCard card = PlanCard.of(Decided.value(offerings.addPlan(new PlanTerms(wanted.name(),
        wanted.freeTokensPerMonth(), wanted.discountBasisPoints(), wanted.leastCommitment()))));
    change.record("plan.add", card.name(), null, card);
    return cards.created(request, UriUtils.encodePathSegment(card.name(), StandardCharsets.UTF_8), card);
  }

  /** The newest first; past and planned ones too. */
  @GetMapping("/pack-offers")
  Page<OfferCard> packOffers(PageRequest page) {
    return page.page(offerings.packOffers(page.afterNumber(), page.limitAndOne()), OfferCard::of,
        PackOffer::id);
  }

  @PostMapping("/pack-offers")
  ResponseEntity<OfferCard> planPackOffer(@Body PlannedOffer wanted, HttpServletRequest request,
      Change change) {
    NewPackOffer offer = offer(wanted);
    OfferCard card = OfferCard
        .of(Decided.value(offerings.planPackOffer(offer), offer.moneyPack() ? OF_MONEY : OF_TOKENS));
    change.record("pack-offer.plan", card.id(), null, card);
    return cards.created(request, card.id(), card);
  }

  @GetMapping("/pack-offers/{offer}")
  ResponseEntity<OfferCard> packOffer(@PathVariable long offer) {
    return cards.ok(found(offer));
  }

  /** The offer before it goes on again. */
  @RequiresIfMatch
  @DeleteMapping("/pack-offers/{offer}")
  ResponseEntity<OfferCard> withdrawPackOffer(@PathVariable long offer, HttpServletRequest request,
      Change change) {
    OfferCard before = found(offer);
    cards.requireSeen(request, before);
    Decided.value(offerings.withdrawPackOffer(offer), OF_TOKENS);
    change.record("pack-offer.withdraw", offer, before, null);
    return ResponseEntity.ok(before);
  }

  /** The list begins behind a row, so this one stands at the beginning of what is behind the next higher id. */
  private OfferCard found(long offer) {
    Long behind = offer == Long.MAX_VALUE ? null : offer + 1;
    return offerings.packOffers(behind, 1).stream().filter(one -> one.id() == offer).findFirst()
        .map(OfferCard::of).orElseThrow(() -> Rejection.notFound("pack offer " + offer));
  }

  private static Map<String, String> pointers(String minimum) {
    return Map.of("price", "/perMillionPackTokens/amount", "currency", "/perMillionPackTokens/currency",
        "minimum",
        minimum, "offer", "");
  }

  private static NewPackOffer offer(PlannedOffer wanted) {
    String currency = wanted.perMillionPackTokens().currency();
    long pico = PerMillion.picoPerToken("/perMillionPackTokens/amount", wanted.perMillionPackTokens());
    Long tokens = wanted.minimumPackTokens();
    Amount worth = wanted.minimumWorth();
    if (tokens != null && worth == null) {
      return new NewPackOffer(false, currency, pico, tokens, wanted.months(), wanted.from());
    }
    if (worth != null && tokens == null) {
      if (!worth.currency().equals(currency)) {
        throw Rejection.invalid("/minimumWorth/currency", "must be that of the price, " + currency);
      }
      return new NewPackOffer(true, currency, pico, worth.pico(), wanted.months(), wanted.from());
    }
    throw Rejection.invalid("", "must have either minimumPackTokens or minimumWorth");
  }
}
