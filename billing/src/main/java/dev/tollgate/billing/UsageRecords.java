package dev.tollgate.billing;

import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What single requests used and what was drawn for it, which every sum and every invoice line comes from (money rule 8). */
public interface UsageRecords {

  /** What was recorded of a tenant's request. There is nothing yet while it runs, nor of one that was refused. */
  Optional<UsageRecord> find(TenantId tenant, RequestId request);

  /**
   * A request that was settled. Its record never changes, unless the request was interrupted or its backend failed: then
   * it is that of all attempts together, and a repeat under the same {@code Idempotency-Key} adds what it uses beyond
   * what was billed before.
   *
   * @param contract the version of the tenant's contract that it was priced by, the last time
   * @param draws in the order in which funds were drawn; nothing of a request that is not billed
   */
  record UsageRecord(ProjectId project, ApiKeyId key, long contract, String model, String region,
      Consumption consumption, Receipt receipt, Instant arrivedAt, Instant settledAt, List<Draw> draws) {

    public UsageRecord {
      draws = List.copyOf(draws);
    }

    /** The same with these draws. */
    public UsageRecord drawing(List<Draw> these) {
      return new UsageRecord(project, key, contract, model, region, consumption, receipt, arrivedAt,
          settledAt,
          these);
    }
  }

  /**
   * Tokens of one class that one fund paid for.
   *
   * @param price the version of the price that was in force when the request completed
   */
  record Draw(TokenClass tokenClass, long tokens, long price, Taken taken) {}

  /** What a draw took from its fund. */
  sealed interface Taken {

    /** As many raw tokens of the month's allowance as were used. */
    record FreeTokens() implements Taken {}

    /**
     * Some of a pack.
     *
     * @param reference of the pack's order
     * @param millitokensPerToken the coefficient, in thousandths of a pack token
     */
    record PackTokens(String reference, long millitokensPerToken, long millitokens) implements Taken {}

    /** Money, from the balance or on credit, in 10⁻¹² of the currency. */
    record Amount(long picoPerToken, long pico) implements Taken {}
  }
}
