package dev.tollgate.billing;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans and pack offers as they are administered. Every call asks the database. */
public interface Offerings {

  /** All plans by name. */
  List<PlanTerms> plans();

  /** Adds a plan, which contracts may be concluded on from now on. A plan never changes: contracts keep its terms. */
  Decision<PlanTerms> addPlan(PlanTerms plan);

  /** Pack offers, the newest first; past and planned ones too. */
  List<PackOffer> packOffers(@Nullable Long after, int limit);

  /** Plans the next offer of its kind and currency; the present one ends where it begins. */
  Decision<PackOffer> planPackOffer(NewPackOffer offer);

  /** Takes back an offer that is not in force yet; the one before it goes on again. */
  Decision<PackOffer> withdrawPackOffer(long id);

  /**
   * A plan.
   *
   * @param freeTokensPerMonth raw tokens free in each billing month
   * @param discountBasisPoints off the list
   * @param leastCommitment raw tokens per billing month that a contract on it must commit to; 0 for none
   */
  record PlanTerms(String name, long freeTokensPerMonth, int discountBasisPoints, long leastCommitment) {}

  /**
   * Packs on sale over a half-open interval.
   *
   * @param moneyPack whether it is sold by its price
   * @param minimum in pack tokens, of a money pack in pico-units
   */
  record PackOffer(long id, boolean moneyPack, String currency, long picoPerPackToken, long minimum,
      int months, @Nullable Instant from, @Nullable Instant until) {}

  /** An offer that is wanted. */
  record NewPackOffer(boolean moneyPack, String currency, long picoPerPackToken, long minimum, int months,
      Instant from) {}
}
