/** The client's side of a connection: whether it is still there. */
@NullMarked
package dev.tollgate.gateway.connections;

import org.jspecify.annotations.NullMarked;
