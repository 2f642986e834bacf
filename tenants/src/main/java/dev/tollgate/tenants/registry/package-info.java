/** Tenants and their projects in the database: administration only, nothing here is on the request path. */
@NullMarked
package dev.tollgate.tenants.registry;

import org.jspecify.annotations.NullMarked;
