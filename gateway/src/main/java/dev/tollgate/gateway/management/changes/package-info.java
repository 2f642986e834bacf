/** A change is one transaction with its audit entry and its kept answer (ADR 10). */
@NullMarked
package dev.tollgate.gateway.management.changes;

import org.jspecify.annotations.NullMarked;
