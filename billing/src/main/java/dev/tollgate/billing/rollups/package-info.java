/** Sums of usage by day and by month, kept as requests are settled. */
@NullMarked
package dev.tollgate.billing.rollups;

import org.jspecify.annotations.NullMarked;
