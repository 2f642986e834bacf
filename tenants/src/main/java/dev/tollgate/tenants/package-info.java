/** Who: tenants, their projects and API keys. This package is what other modules may use. */
@NullMarked
package dev.tollgate.tenants;

import org.jspecify.annotations.NullMarked;
