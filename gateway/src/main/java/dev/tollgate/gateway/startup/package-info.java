/** What a gateway waits for before it begins. */
@NullMarked
package dev.tollgate.gateway.startup;

import org.jspecify.annotations.NullMarked;
