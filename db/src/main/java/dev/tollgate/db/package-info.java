/** The database as the modules share it: its migrations (as resources) and the announcements of what changed. */
@NullMarked
package dev.tollgate.db;

import org.jspecify.annotations.NullMarked;
