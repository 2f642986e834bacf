/** The web application: data plane, management and console. The request path is in {@code .pipeline}. */
@NullMarked
package dev.tollgate.gateway;

import org.jspecify.annotations.NullMarked;
