/** Buying packs: at once from the balance, or by an order that is paid by other means. */
@NullMarked
package dev.tollgate.gateway.console.orders;

import org.jspecify.annotations.NullMarked;
