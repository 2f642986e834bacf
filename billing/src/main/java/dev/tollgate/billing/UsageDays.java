package dev.tollgate.billing;

import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settled usage by day, from roll-ups: a month of all tenants is read as quickly as their number allows, however many
 * requests they made. A day is that of the tenant's billing zone, by the time of arrival. What was settled within the
 * last seconds may still be missing.
 */
public interface UsageDays {

  /** The longest span that is answered, in days. */
  int LONGEST = 800;

  /** What rows are told apart by, besides day and currency. */
  enum By {
    TENANT, PROJECT, KEY, MODEL, REGION, OUTCOME
  }

  /**
   * Sums per day, currency and what else is asked for, in that order.
   *
   * @param tenant null for all
   * @param from inclusive
   * @param until exclusive
   * @throws IllegalArgumentException if the span is empty or longer than {@value #LONGEST} days
   */
  List<Row> between(@Nullable TenantId tenant, LocalDate from, LocalDate until, Set<By> by);

  /**
   * Sums of a span, per currency and one thing else.
   *
   * @param tenant null for all
   * @param currency only what was billed in it; null for all
   * @param from inclusive
   * @param until exclusive
   * @throws IllegalArgumentException if the span is empty or longer than {@value #LONGEST} days
   */
  List<Total> totals(@Nullable TenantId tenant, @Nullable String currency, LocalDate from, LocalDate until,
      By by, Slice<Order> slice);

  /** What sums are ordered by; {@code YIELD} is the amount per token, none where there are no tokens. */
  enum Order {
    NAME, REQUESTS, INPUT, CACHED_INPUT, OUTPUT, TOKENS, FREE, PACKS, AMOUNT, YIELD
  }

  /**
   * The sums of a span.
   *
   * @param id tells it apart from the others, for {@link Slice#after}
   */
  record Total(String id, Subject subject, long requests, long failedRequests, Usage usage, long freeTokens,
      long packMillitokens, Money amount) {}

  /**
   * The sums of a day.
   *
   * @param subject whose they are
   * @param failedRequests of {@code requests}, those that the operator's side failed to answer; their amount is 0
   * @param packMillitokens thousandths of a pack token drawn from prepaid packs
   */
  record Row(LocalDate day, Subject subject, long requests, long failedRequests, Usage usage, long freeTokens,
      long packMillitokens, Money amount) {}

  /** What a row is about; null where it is not told apart. */
  record Subject(@Nullable TenantId tenant, @Nullable ProjectId project, @Nullable ApiKeyId key,
      @Nullable String model, @Nullable String region, Consumption.@Nullable Outcome outcome) {}
}
