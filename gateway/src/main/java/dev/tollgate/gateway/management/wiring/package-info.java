/** Puts the management API together: its security chain, interceptor and argument resolvers. */
@NullMarked
package dev.tollgate.gateway.management.wiring;

import org.jspecify.annotations.NullMarked;
