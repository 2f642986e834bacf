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
import dev.tollgate.gateway.management.wire.Decided;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Plans and pack offers. */
@ManagementController
class OfferingsController {

  private static final Map<String, String> POINTERS = Map.of("price", "/perMillionPackTokens/amount",
      "currency",
      "/perMillionPackTokens/currency", "offer", "");

  private final Offerings offerings;

  OfferingsController(Offerings offerings) {
    this.offerings = offerings;
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
          PerMillion.of(offer.currency(), offer.picoPerPackToken()),
          offer.moneyPack() ? null : offer.minimum(),
          offer.moneyPack() ? Amount.of(offer.currency(), offer.minimum()) : null, offer.months(),
          offer.from(), offer.until());
    }
  }

  @GetMapping("/plans")
  Page<PlanCard> plans() {
    return Page.whole(offerings.plans().stream().map(PlanCard::of).toList());
  }

  @PostMapping("/plans")
  ResponseEntity<PlanCard> addPlan(@Body PlanCard wanted, Change change) {
    PlanCard card = PlanCard.of(Decided.value(offerings.addPlan(new PlanTerms(wanted.name(),
        wanted.freeTokensPerMonth(), wanted.discountBasisPoints(), wanted.leastCommitment()))));
    change.record("plan.add", card.name(), null, card);
    return ResponseEntity.status(HttpStatus.CREATED).body(card);
  }

  /** The newest first; past and planned ones too. */
  @GetMapping("/pack-offers")
  Page<OfferCard> packOffers(PageRequest page) {
    return page.page(offerings.packOffers(page.afterNumber(), page.limitAndOne()), OfferCard::of,
        PackOffer::id);
  }

  @PostMapping("/pack-offers")
  ResponseEntity<OfferCard> planPackOffer(@Body PlannedOffer wanted, Change change) {
    OfferCard card = OfferCard.of(Decided.value(offerings.planPackOffer(offer(wanted)), POINTERS));
    change.record("pack-offer.plan", card.id(), null, card);
    return ResponseEntity.status(HttpStatus.CREATED).body(card);
  }

  /** The offer before it goes on again. Only what nobody could buy yet can be withdrawn, so no condition is needed. */
  @DeleteMapping("/pack-offers/{offer}")
  ResponseEntity<OfferCard> withdrawPackOffer(@PathVariable long offer, Change change) {
    OfferCard withdrawn = OfferCard.of(Decided.value(offerings.withdrawPackOffer(offer), POINTERS));
    change.record("pack-offer.withdraw", offer, withdrawn, null);
    return ResponseEntity.ok(withdrawn);
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
