package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/** What a version of a price would have meant for usage that was settled at other ones. Nothing is changed by asking. */
public interface PriceEffects {

  /**
   * Prices a month's usage anew, as far as the version is the one that would have applied. Only what was drawn from money
   * counts: packs and free tokens are counted in tokens. What contracts and time bands took off stays in proportion.
   *
   * @param price the version, planned or not
   * @param month of the tenants' billing zones
   * @param most tenants that are named, those with the greatest difference first
   * @return empty if there is no such version
   */
  Optional<Effect> of(long price, YearMonth month, int most);

  /**
   * The effect in one currency.
   *
   * @param tenants that used what the version prices
   * @param tokens of theirs, at the version's class
   * @param present what they paid, in pico-units
   * @param planned what they would have paid, each tenant's rounded to the pico-unit
   */
  record Effect(String currency, long tenants, BigInteger tokens, BigInteger present, BigInteger planned,
      List<OfTenant> greatest) {}

  /** The effect on one tenant, in pico-units. */
  record OfTenant(TenantId tenant, BigInteger tokens, BigInteger present, BigInteger planned) {}
}
