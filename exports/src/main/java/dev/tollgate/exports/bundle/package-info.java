/** All of a month in one archive, with an index and checksums. */
@NullMarked
package dev.tollgate.exports.bundle;

import org.jspecify.annotations.NullMarked;
