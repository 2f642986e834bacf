/** How the module is put together in a Spring application. */
@NullMarked
package dev.tollgate.exports.wiring;

import org.jspecify.annotations.NullMarked;
