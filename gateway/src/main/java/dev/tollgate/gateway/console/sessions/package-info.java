/** Who is signed in: sessions in the database, and the visitor that a request belongs to. */
@NullMarked
package dev.tollgate.gateway.console.sessions;

import org.jspecify.annotations.NullMarked;
