@NullMarked
package dev.tollgate.gateway.admission.idempotency;

import org.jspecify.annotations.NullMarked;
