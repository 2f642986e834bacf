/** How administrative changes are decided, and what the database's constraints say to that. */
@NullMarked
package dev.tollgate.billing.decisions;

import org.jspecify.annotations.NullMarked;
