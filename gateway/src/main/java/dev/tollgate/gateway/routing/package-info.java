/** From a model's name to a backend that serves it and is well. */
@NullMarked
package dev.tollgate.gateway.routing;

import org.jspecify.annotations.NullMarked;
