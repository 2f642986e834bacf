/** What travels over the management API: bodies bound strictly, money as exact decimals, pages, entity tags. */
@NullMarked
package dev.tollgate.gateway.management.wire;

import org.jspecify.annotations.NullMarked;
