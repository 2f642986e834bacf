/** What a tenant has left and has used. */
@NullMarked
package dev.tollgate.billing.statements;

import org.jspecify.annotations.NullMarked;
