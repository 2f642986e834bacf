package dev.tollgate.billing;

import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * Usage of a tenant per UTC day, project, key, model and currency, by the time of arrival, in that order.
   *
   * @param from inclusive
   * @param until exclusive; at most 92 days after {@code from}
   * @param after the last row of the page before, null for the first page
   * @throws IllegalArgumentException if the interval is empty or longer
   */
  List<Detail> ofTenant(TenantId tenant, Instant from, Instant until, @Nullable Position after, int limit);

  /** Where a row stands in the order of rows. */
  record Position(Instant day, ProjectId project, ApiKeyId key, String model, String currency) {}

  /** A row of one key. */
  record Detail(ProjectId project, ApiKeyId key, Row row) {

    public Position position() {
      return new Position(row.day(), project, key, row.model(), row.amount().currency());
    }
  }

  /**
   * One day and model.
   *
   * @param failedRequests of {@code requests}, those that the operator's side failed to answer; their amount is 0
   * @param packMillitokens thousandths of a pack token drawn from prepaid packs
   */
  record Row(Instant day, String model, long requests, long failedRequests, Usage usage, long freeTokens,
      long packMillitokens, Money amount) {}
}
