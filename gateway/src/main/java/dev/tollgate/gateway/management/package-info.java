/** The management API, {@code /api/v1}: the role of this application that administers. */
@NullMarked
package dev.tollgate.gateway.management;

import org.jspecify.annotations.NullMarked;
