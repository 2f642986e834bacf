package dev.tollgate.billing.wiring;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When overdue invoices are looked at.
 *
 * @param automatic whether anybody is reminded and suspended without somebody asking for it
 * @param every how often
 */
@ConfigurationProperties("tollgate.billing.dunning")
record DunningProperties(@DefaultValue("false") boolean automatic, @DefaultValue("1h") Duration every) {}
