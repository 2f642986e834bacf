/**
 * Requests with an Idempotency-Key: claimed in the database before they run, and kept with their answer, so that the same
 * key is billed once and answered alike.
 */
@NullMarked
package dev.tollgate.gateway.admission.idempotency;

import org.jspecify.annotations.NullMarked;
