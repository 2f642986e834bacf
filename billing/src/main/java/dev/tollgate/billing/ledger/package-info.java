/** Accounts and append-only transfers; every transfer sums to zero by construction. */
@NullMarked
package dev.tollgate.billing.ledger;

import org.jspecify.annotations.NullMarked;
