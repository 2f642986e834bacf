/** Whatever waits or runs by itself, behind one seam. */
@NullMarked
package dev.tollgate.billing.scheduling;

import org.jspecify.annotations.NullMarked;
