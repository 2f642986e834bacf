package dev.tollgate.gateway.console.orders;

import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order of a pack that is yet to be paid.
 *
 * @param packTokens wanted; null where it is ordered by its price
 * @param worthPico in 10⁻¹² of the currency; null where it is ordered by its tokens
 * @param provider who tells when it is paid
 */
public record PackOrder(UUID id, TenantId tenant, Instant orderedAt, @Nullable Long packTokens,
    @Nullable Long worthPico, String currency, String provider) {

  /** The reference of the pack that it becomes. */
  public String reference() {
    return "order-" + id;
  }
}
