/** How lists are read from the database slice by slice, in an order that the reader chooses. */
@NullMarked
package dev.tollgate.tenants.slices;

import org.jspecify.annotations.NullMarked;
