/** The pages of a tenant's people. */
@NullMarked
package dev.tollgate.gateway.console.portal;

import org.jspecify.annotations.NullMarked;
