package dev.tollgate.billing;

import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Money that tenants paid in. */
public interface TopUps {

  /**
   * Adds paid-in money to the balance. Idempotent by the reference: the same one again with the same amount changes
   * nothing and is answered with the first.
   *
   * @param currency that of the contract in force
   * @param amountPico at least 1, at most {@link Money#MOST_AT_ONCE}
   * @param reference of the payment, unique within the tenant, 1 to 100 characters
   */
  Decision<Received> receive(TenantId tenant, String currency, BigInteger amountPico, String reference);

  /**
   * What a tenant paid in, the newest first.
   *
   * @param after the last one of the page before, null for the first page
   */
  List<TopUp> of(TenantId tenant, @Nullable Long after, int limit);

  /** Some of them; a search is for a part of the reference. */
  List<TopUp> of(TenantId tenant, Slice<Order> slice);

  /** What top-ups are ordered by. */
  enum Order {
    WHEN, REFERENCE, AMOUNT
  }

  /**
   * What a payment came to.
   *
   * @param first whether it was paid in now, and not by an earlier call with its reference
   */
  record Received(TopUp topUp, boolean first) {}

  record TopUp(long id, String reference, Money amount, Instant postedAt) {}
}
