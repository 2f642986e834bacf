@NullMarked
package dev.tollgate.gateway.admission.limits;

import org.jspecify.annotations.NullMarked;
