/** The OpenAPI document of the management API, made from its mappings, and the page that shows it. */
@NullMarked
package dev.tollgate.gateway.management.openapi;

import org.jspecify.annotations.NullMarked;
