package dev.tollgate.billing.invoicing;

import java.time.Duration;

/**
 * How a close works.
 *
 * @param patience with instances that have not settled past the month's end, from the close's begin
 * @param workers that work side by side, each with a connection
 * @param tenantsAtOnce whose drafts one transaction writes
 * @param retryAfter how long a tenant waits whose drafts failed
 */
public record CloseSettings(Duration patience, int workers, int tenantsAtOnce, Duration retryAfter) {

  public static final CloseSettings DEFAULT = new CloseSettings(Duration.ofHours(1), 2, 200,
      Duration.ofMinutes(1));
}
