package dev.tollgate.gateway.admission.idempotency;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is kept of requests with an Idempotency-Key.
 *
 * @param keep how long a key is remembered
 * @param maxKeysPerTenant beyond which a tenant's new keys are refused
 * @param maxSizePerTenant of a tenant's answers, beyond which its new keys are refused
 */
@ConfigurationProperties("tollgate.idempotency")
record IdempotencyProperties(@DefaultValue("24h") Duration keep,
    @DefaultValue("1000000") long maxKeysPerTenant, @DefaultValue("1GB") DataSize maxSizePerTenant) {}
