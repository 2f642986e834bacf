/** Closing, checking and exporting months from a command line. */
@NullMarked
package dev.tollgate.exports.command;

import org.jspecify.annotations.NullMarked;
