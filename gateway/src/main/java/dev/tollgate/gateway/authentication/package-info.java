/** From an API key to its caller. */
@NullMarked
package dev.tollgate.gateway.authentication;

import org.jspecify.annotations.NullMarked;
