@NullMarked
package dev.tollgate.gateway.routing;

import org.jspecify.annotations.NullMarked;
