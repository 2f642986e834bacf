package dev.tollgate.billing.invoicing;

import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.LocalDate;

/**
 * What a commitment still demands, or gives back where usage came late.
 *
 * @param tokens missing beyond those that were billed before; negative if too many were
 */
record ShortfallLine(TenantId tenant, long contract, LocalDate serviceMonth, BigInteger tokens,
    long picoPerToken, BigInteger pico) {}
