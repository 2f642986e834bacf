/** What tenants, projects and keys may ask for, as configured; held in memory for the request path. */
@NullMarked
package dev.tollgate.tenants.limits;

import org.jspecify.annotations.NullMarked;
