package dev.tollgate.billing;

import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.List;

/**
 * Prepaid packs. A pack holds pack tokens: each token of a request deducts what its class and model cost over what an
 * input token costs at list. Packs are drawn after the free allowance and before money, the soonest expiry first, in all
 * regions. They are counted in thousandths of a pack token, so that a deduction of a tenth is a whole number.
 */
public interface Packs {

  /** What can be bought now, in all currencies. */
  List<Offer> offers();

  /**
   * Buys a pack, valid from now for as many months as its offer says, by the calendar of the tenant's zone. Idempotent
   * by the reference: the same order again returns the pack that it bought first.
   */
  Purchase buy(TenantId tenant, Order order);

  /**
   * What a size would cost a tenant now, or why it cannot be had: what {@link #buy} would say of it, whatever its payment.
   *
   * @param currency ISO 4217 code
   * @return the price; a refusal names {@code tenant}, {@code currency}, {@code packTokens} or {@code amount}, and is a
   *     conflict where another contract or another offer would do
   */
  Decision<Money> quote(TenantId tenant, Size size, String currency);

  /** All packs that a tenant ever bought, the soonest expiry first. */
  List<Pack> of(TenantId tenant);

  /** Some of a tenant's packs; a search is for a part of the reference. Their ids are their references. */
  List<Pack> of(TenantId tenant, Slice<By> slice);

  /** What packs are ordered by. */
  enum By {
    REFERENCE, BOUGHT, VALID, TOKENS, LEFT, PRICE
  }

  /** Whether money pays for new requests where allowance and packs end, as it does at first; else they are refused. */
  void fallThrough(TenantId tenant, boolean allowed);

  /** What {@link #fallThrough} was last set to. */
  boolean fallsThrough(TenantId tenant);

  /**
   * Writes off what is left of expired packs, but for what running requests still hold of them; repeating it writes
   * that off once it is free.
   *
   * @return how many write-offs there were
   */
  int expire();

  /**
   * Something on sale.
   *
   * @param moneyPack whether it is sold by its price, so that its minimum is an amount in 10⁻¹² of the currency and not
   *     a number of pack tokens
   * @param months for which it is valid
   */
  record Offer(boolean moneyPack, String currency, long picoPerPackToken, long minimum, int months) {}

  /**
   * What is wanted.
   *
   * @param currency ISO 4217 code
   * @param reference of the order, unique within the tenant, 1 to 100 characters
   */
  record Order(Size size, String currency, Payment payment, String reference) {}

  /** How much is wanted. */
  sealed interface Size {

    /** As many pack tokens, for what they cost; they must cost a whole number of the currency's smallest coin. */
    record Tokens(long packTokens) implements Size {}

    /** As many whole pack tokens as an amount in 10⁻¹² of the currency pays for. */
    record Worth(long amountPico) implements Size {}
  }

  /** Where the price comes from. The names are stored; renaming one needs a migration. */
  enum Payment {
    /** Out of the tenant's balance as it is paid in; no credit is used for it. */
    BALANCE,
    /** Paid by other means, such as an invoice or a card; only recorded here. */
    RECORDED
  }

  /** What came of an order. */
  sealed interface Purchase {

    /**
     * The tenant has the pack.
     *
     * @param first whether it was bought now, and not by an earlier order like this one
     */
    record Bought(Pack pack, boolean first) implements Purchase {}

    /**
     * Nothing was bought.
     *
     * @param field of the order that is at fault
     * @param rule that it breaks, as a sentence for the buyer
     */
    record Refused(String field, String rule) implements Purchase {}
  }

  /**
   * A pack that was bought.
   *
   * @param leftMillitokens thousandths of a pack token not yet settled
   * @param validUntil exclusive
   */
  record Pack(String reference, long packTokens, Money price, Payment payment, Instant boughtAt,
      Instant validUntil, long leftMillitokens) {}
}
