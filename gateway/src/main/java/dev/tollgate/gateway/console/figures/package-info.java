/** Sums of usage and what they cost, for charts and tables: added up from the roll-ups, never from requests. */
@NullMarked
package dev.tollgate.gateway.console.figures;

import org.jspecify.annotations.NullMarked;
