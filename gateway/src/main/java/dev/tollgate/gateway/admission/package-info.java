/** Funds for a running answer, taken in small steps. */
@NullMarked
package dev.tollgate.gateway.admission;

import org.jspecify.annotations.NullMarked;
