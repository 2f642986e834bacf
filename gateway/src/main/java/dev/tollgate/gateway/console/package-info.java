/** The pages: the console of the operator and the portal of tenants, rendered on the server. */
@NullMarked
package dev.tollgate.gateway.console;

import org.jspecify.annotations.NullMarked;
