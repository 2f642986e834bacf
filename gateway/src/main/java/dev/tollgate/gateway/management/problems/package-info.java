/** Errors of the management API as RFC 9457 has them: one sealed list of rejections, one mapping. */
@NullMarked
package dev.tollgate.gateway.management.problems;

import org.jspecify.annotations.NullMarked;
