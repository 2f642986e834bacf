package dev.tollgate.gateway.admission.limits;

import dev.tollgate.tenants.Limits.Subject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limit that a request ran into.
 *
 * @param limit what is allowed
 * @param requested how much of it the request needed
 * @param retryAfter when it can be had at the latest, if nobody else takes it; null if it is more than is ever allowed
 * @param status what the request's other limits have left
 */
public record LimitHit(Subject subject, LimitKind kind, long limit, long requested,
    @Nullable Duration retryAfter, LimitStatus status) {}
