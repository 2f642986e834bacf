/** Price book and plans: dated, immutable once in force, answered from memory. */
@NullMarked
package dev.tollgate.billing.catalog;

import org.jspecify.annotations.NullMarked;
