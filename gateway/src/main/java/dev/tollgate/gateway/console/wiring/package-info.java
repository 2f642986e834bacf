/** Puts the pages together: their security chain, filters and interceptors. */
@NullMarked
package dev.tollgate.gateway.console.wiring;

import org.jspecify.annotations.NullMarked;
