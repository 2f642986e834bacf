/** The sums that must agree. */
@NullMarked
package dev.tollgate.billing.reconciliation;

import org.jspecify.annotations.NullMarked;
