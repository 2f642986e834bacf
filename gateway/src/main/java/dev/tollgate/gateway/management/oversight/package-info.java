/** What watches over the rest: audit log, reconciliation, the operator's tokens. */
@NullMarked
package dev.tollgate.gateway.management.oversight;

import org.jspecify.annotations.NullMarked;
