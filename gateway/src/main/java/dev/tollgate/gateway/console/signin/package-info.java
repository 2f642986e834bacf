/** Signing in and out, and proving it once more before something dangerous. */
@NullMarked
package dev.tollgate.gateway.console.signin;

import org.jspecify.annotations.NullMarked;
