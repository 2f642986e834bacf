/** A tenant's dated agreement, answered from memory. */
@NullMarked
package dev.tollgate.billing.contracts;

import org.jspecify.annotations.NullMarked;
