/** The pages of the operator's people. */
@NullMarked
package dev.tollgate.gateway.console.operator;

import org.jspecify.annotations.NullMarked;
