/** Tables of pages: read slice by slice, in the order that the address asks for. */
@NullMarked
package dev.tollgate.gateway.console.tables;

import org.jspecify.annotations.NullMarked;
