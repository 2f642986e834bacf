/** Caps on what tenants, projects and keys spend in a billing month, as they are set. */
@NullMarked
package dev.tollgate.billing.budgets;

import org.jspecify.annotations.NullMarked;
