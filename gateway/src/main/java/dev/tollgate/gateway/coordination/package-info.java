/** What instances of the gateway know of each other, through the database: who is alive, and under which epoch. */
@NullMarked
package dev.tollgate.gateway.coordination;

import org.jspecify.annotations.NullMarked;
