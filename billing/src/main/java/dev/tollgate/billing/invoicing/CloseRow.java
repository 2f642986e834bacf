package dev.tollgate.billing.invoicing;

import java.time.Instant;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * A close as the database has it.
 *
 * @param lastInstant the end of the latest of its tenants' months
 * @param cutAt usage settled from this instant on is late
 */
record CloseRow(long id, YearMonth month, Instant begunAt, boolean overridden, Instant lastInstant,
    @Nullable Instant cutAt, @Nullable Instant summedAt, @Nullable Instant draftedAt) {}
