/** What every protocol that developers call has in common: bodies, request ids, refusals. */
@NullMarked
package dev.tollgate.gateway.api;

import org.jspecify.annotations.NullMarked;
