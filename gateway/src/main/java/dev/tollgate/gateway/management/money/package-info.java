/** A tenant's contracts, payments, packs, balance and usage over the management API. */
@NullMarked
package dev.tollgate.gateway.management.money;

import org.jspecify.annotations.NullMarked;
