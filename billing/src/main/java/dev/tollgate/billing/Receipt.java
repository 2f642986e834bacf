package dev.tollgate.billing;

/**
 * What a settled request cost.
 *
 * @param currency ISO 4217 code
 * @param amountPico drawn from money (balance or credit), in 10⁻¹² of the currency
 * @param freeTokens raw tokens drawn from the free allowance
 * @param packMillitokens drawn from prepaid packs, in thousandths of a pack token
 */
public record Receipt(RequestId id, String currency, long amountPico, long freeTokens,
    long packMillitokens) {

  /** Both together, of one request in two parts; the id is this one's. */
  public Receipt plus(Receipt rest) {
    return new Receipt(id, currency, Math.addExact(amountPico, rest.amountPico),
        Math.addExact(freeTokens, rest.freeTokens), Math.addExact(packMillitokens, rest.packMillitokens));
  }
}
