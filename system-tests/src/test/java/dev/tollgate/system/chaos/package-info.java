/** Several gateway processes on one database, under load, while processes are killed and the database restarts. */
@NullMarked
package dev.tollgate.system.chaos;

import org.jspecify.annotations.NullMarked;
