/** Tenants, projects, API keys and tokens over the management API. */
@NullMarked
package dev.tollgate.gateway.management.tenants;

import org.jspecify.annotations.NullMarked;
