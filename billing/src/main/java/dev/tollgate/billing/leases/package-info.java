/** Which share of which fund an instance may spend: register, renew, grant, return, draw, reclaim. */
@NullMarked
package dev.tollgate.billing.leases;

import org.jspecify.annotations.NullMarked;
