/** Price book, plans and pack offers over the management API. */
@NullMarked
package dev.tollgate.gateway.management.catalog;

import org.jspecify.annotations.NullMarked;
