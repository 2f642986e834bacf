package dev.tollgate.billing.wiring;

import dev.tollgate.billing.invoicing.CloseSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How months are closed.
 *
 * @param automatic whether months that have ended are closed into drafts without anybody asking; finalising is always
 *     asked for
 * @param every how often it is looked for such months
 * @param patience with instances that have not settled past a month's end
 * @param workers that work side by side
 */
@ConfigurationProperties("tollgate.billing.close")
record InvoicingProperties(@DefaultValue("false") boolean automatic, @DefaultValue("10m") Duration every,
    @DefaultValue("1h") Duration patience, @DefaultValue("2") int workers) {

  CloseSettings settings() {
    return new CloseSettings(patience, workers, CloseSettings.DEFAULT.tenantsAtOnce(),
        CloseSettings.DEFAULT.retryAfter());
  }
}
