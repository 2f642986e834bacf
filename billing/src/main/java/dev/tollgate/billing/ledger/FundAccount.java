package dev.tollgate.billing.ledger;

import dev.tollgate.billing.pricing.FundKind;
import java.time.Instant;

/**
 * A spendable account of a tenant.
 *
 * @param validFrom from when new requests may draw on it, inclusive
 * @param validUntil exclusive; what was held before may still be settled later
 */
public record FundAccount(long account, FundKind kind, Instant validFrom, Instant validUntil) {}
