package dev.tollgate.gateway.coordination;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How instances keep in touch.
 *
 * @param timeToLive an instance that did not renew for so long counts as dead
 * @param margin that others wait beyond it, before they take back what it had borrowed
 * @param connections to the database for limits, idempotency keys and heartbeats, so that a busy pool cannot starve them
 */
@ConfigurationProperties("tollgate.coordination")
record CoordinationProperties(@DefaultValue("10s") Duration timeToLive, @DefaultValue("2s") Duration margin,
    @DefaultValue("6") int connections) {}
