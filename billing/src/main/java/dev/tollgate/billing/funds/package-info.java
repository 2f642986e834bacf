/** Holds from this instance's share of a tenant's funds, in memory; the database is asked ahead of demand. */
@NullMarked
package dev.tollgate.billing.funds;

import org.jspecify.annotations.NullMarked;
