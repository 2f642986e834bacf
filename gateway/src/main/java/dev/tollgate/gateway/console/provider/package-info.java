/** Signing in by a provider of identities that speaks OpenID Connect, where one is configured (ADR 25). */
@NullMarked
package dev.tollgate.gateway.console.provider;

import org.jspecify.annotations.NullMarked;
