package dev.tollgate.billing;

import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.List;

/** Sums over settled usage. */
public interface UsageReports {

  /**
   * Usage of one key per UTC day and model, by the time of arrival, oldest first.
   *
   * @param from inclusive
   * @param until exclusive; at most 92 days after {@code from}
   * @throws IllegalArgumentException if the interval is empty or longer
   */
  List<Row> ofKey(TenantId tenant, ApiKeyId key, Instant from, Instant until);

  /**
   * One day and model.
   *
   * @param failedRequests of {@code requests}, those that the operator's side failed to answer; their amount is 0
   */
  record Row(Instant day, String model, long requests, long failedRequests, Usage usage, long freeTokens,
      Money amount) {}
}
