/** The request path: authenticate, admit, route, generate, meter, settle. */
@NullMarked
package dev.tollgate.gateway.pipeline;

import org.jspecify.annotations.NullMarked;
