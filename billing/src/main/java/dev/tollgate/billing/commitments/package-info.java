/** Committed against used tokens, and what a shortfall costs. */
@NullMarked
package dev.tollgate.billing.commitments;

import org.jspecify.annotations.NullMarked;
