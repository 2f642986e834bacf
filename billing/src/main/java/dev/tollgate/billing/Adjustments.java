package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.YearMonth;
import java.util.List;

/** What is put on a tenant's next invoice apart from what it used: corrections by hand and service credits. */
public interface Adjustments {

  /** Records one, once per reference: the same again changes nothing. */
  Recording add(TenantId tenant, Adjustment adjustment, String by);

  /** Those that no invoice has taken up yet, the oldest first. */
  List<Adjustment> pending(TenantId tenant);

  /** Kinds of adjustments. The names are stored; renaming one needs a migration. */
  enum Kind {
    ADJUSTMENT,
    /** Owed because a service level was missed; always negative. */
    SLA_CREDIT
  }

  /**
   * An amount before tax.
   *
   * @param amount not 0; negative if the tenant is to pay less
   * @param serviceMonth that it is about: with its invoice, or the next one if that is drafted already, it is billed; at the
   *     latest the month after this one, in the zone of the tenant's contract
   * @param description printed on the invoice, 1 to 300 characters
   * @param reference unique within the tenant, 1 to 100 characters
   */
  record Adjustment(Kind kind, Money amount, YearMonth serviceMonth, String description, String reference) {

    public Adjustment {
      if (amount.pico().equals(BigInteger.ZERO)) {
        throw new IllegalArgumentException("An adjustment is not 0");
      }
    }
  }

  /** What came of recording an adjustment. */
  sealed interface Recording {

    record Recorded() implements Recording {}

    /**
     * Nothing was recorded.
     *
     * @param rule that the field breaks, as the rest of a sentence that begins with it
     */
    record Refused(String field, String rule) implements Recording {}
  }
}
