/** Calls to a backend: open, grant, receive, cancel. */
@NullMarked
package dev.tollgate.gateway.generation;

import org.jspecify.annotations.NullMarked;
