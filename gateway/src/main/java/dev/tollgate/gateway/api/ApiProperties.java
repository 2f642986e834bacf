package dev.tollgate.gateway.api;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of what a client may send.
 *
 * @param maxBodySize of one request
 * @param bodyTimeout for a whole body to arrive; a single pause is bounded by {@code server.tomcat.connection-timeout}
 * @param maxChoices answers asked for in one request
 */
@ConfigurationProperties("tollgate.api")
public record ApiProperties(@DefaultValue("4MB") DataSize maxBodySize,
    @DefaultValue("30s") Duration bodyTimeout,
    @DefaultValue("16") int maxChoices) {}
