/** Rows sent to PostgreSQL in the binary format of its {@code COPY}, the cheapest way in for both sides. */
@NullMarked
package dev.tollgate.billing.copying;

import org.jspecify.annotations.NullMarked;
