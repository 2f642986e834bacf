/** How the module is put together in a Spring application. */
@NullMarked
package dev.tollgate.billing.wiring;

import org.jspecify.annotations.NullMarked;
