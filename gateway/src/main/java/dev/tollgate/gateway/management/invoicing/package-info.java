/** Month close, documents, payments, profiles and exports over HTTP. */
@NullMarked
package dev.tollgate.gateway.management.invoicing;

import org.jspecify.annotations.NullMarked;
