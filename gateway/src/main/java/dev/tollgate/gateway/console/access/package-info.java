/** Which role may open which page. */
@NullMarked
package dev.tollgate.gateway.console.access;

import org.jspecify.annotations.NullMarked;
