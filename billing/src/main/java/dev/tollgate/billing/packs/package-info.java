/** Prepaid packs: offers, purchases, expiry. */
@NullMarked
package dev.tollgate.billing.packs;

import org.jspecify.annotations.NullMarked;
