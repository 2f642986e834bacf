/** Who may call what of the management API: tokens, roles, and the one table that says which role may do what. */
@NullMarked
package dev.tollgate.gateway.management.access;

import org.jspecify.annotations.NullMarked;
