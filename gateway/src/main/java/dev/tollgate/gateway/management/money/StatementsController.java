package dev.tollgate.gateway.management.money;

import dev.tollgate.billing.Balances;
import dev.tollgate.billing.Balances.Balance;
import dev.tollgate.billing.Commitments;
import dev.tollgate.billing.Commitments.Standing;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.TenantContracts;
import dev.tollgate.billing.UsageReports;
import dev.tollgate.billing.UsageReports.Detail;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.PackTokens;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Tenant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What a tenant has left, has used, and has committed to. */
@ManagementController
class StatementsController {

  private static final Duration LONGEST = Duration.ofDays(92);

  private final Balances balances;
  private final UsageReports reports;
  private final Commitments commitments;
  private final TenantContracts contracts;
  private final Packs packs;
  private final Cards cards;
  private final Clock clock;

  StatementsController(Balances balances, UsageReports reports, Commitments commitments,
      TenantContracts contracts, Packs packs, Cards cards, Clock clock) {
    this.balances = balances;
    this.reports = reports;
    this.commitments = commitments;
    this.contracts = contracts;
    this.packs = packs;
    this.cards = cards;
    this.clock = clock;
  }

  /** {@code available} is the balance and the credit limit together; {@code packTokensLeft} has up to three decimals. */
  record BalanceCard(String plan, Amount balance, Amount creditLimit, Amount available, long freeTokensLeft,
      Instant freeTokensUntil, String packTokensLeft) {}

  /** One UTC day, project, key and model. Cached input tokens are not part of the input tokens. */
  record UsageRow(LocalDate day, UUID project, UUID key, String model, long requests, long failedRequests,
      long inputTokens, long cachedInputTokens, long outputTokens, long freeTokens, String packTokens,
      Amount amount) {

    static UsageRow of(Detail detail) {
      UsageReports.Row row = detail.row();
      return new UsageRow(row.day().atOffset(ZoneOffset.UTC).toLocalDate(), detail.project().value(),
          detail.key().value(), row.model(), row.requests(), row.failedRequests(), row.usage().inputTokens(),
          row.usage().cachedInputTokens(), row.usage().outputTokens(), row.freeTokens(),
          PackTokens.of(row.packMillitokens()), Amount.of(row.amount()));
    }
  }

  record CommitmentRow(String contract, Instant from, Instant until, long committedTokens, long usedTokens,
      long shortfallTokens, Amount perMillionTokens, Amount shortfall) {

    static CommitmentRow of(Standing standing) {
      String currency = standing.shortfall().currency();
      return new CommitmentRow(Long.toString(standing.contract()), standing.from(), standing.until(),
          standing.committedTokens(), standing.usedTokens(), standing.shortfallTokens(),
          Amount.perMillion(currency, standing.picoPerToken()),
          Amount.of(standing.shortfall()));
    }
  }

  @GetMapping("/tenants/{tenant}/balance")
  ResponseEntity<BalanceCard> balance(Tenant tenant) {
    if (contracts.inForce(tenant.id()).isEmpty()) {
      throw Rejection.conflict("", "must have a contract in force");
    }
    Balance balance = balances.of(tenant.id());
    String currency = balance.balance().currency();
    Instant now = clock.instant();
    long packsLeft = packs.of(tenant.id()).stream().filter(pack -> pack.validUntil().isAfter(now))
        .mapToLong(Packs.Pack::leftMillitokens).reduce(0, Math::addExact);
    return cards
        .ok(new BalanceCard(balance.plan(), Amount.of(balance.balance()), Amount.of(balance.creditLimit()),
            Amount.of(currency, balance.balance().pico().add(balance.creditLimit().pico())),
            balance.freeTokensLeft(), balance.freeTokensUntil(), PackTokens.of(packsLeft)));
  }

  /** By the time of arrival: {@code from} is inclusive, {@code until} exclusive, at most 92 days later. */
  @GetMapping("/tenants/{tenant}/usage")
  Page<UsageRow> usage(Tenant tenant, PageRequest page, @RequestParam String from,
      @RequestParam String until) {
    Instant start = QueryInstants.read("from", from);
    Instant end = QueryInstants.read("until", until);
    if (!start.isBefore(end) || Duration.between(start, end).compareTo(LONGEST) > 0) {
      throw Rejection.invalid("from", "must lie before until, at most " + LONGEST.toDays() + " days");
    }
    return page.page(reports.ofTenant(tenant.id(), start, end, page.after(StatementsController::position),
        page.limitAndOne()), UsageRow::of, detail -> written(detail.position()));
  }

  /** Of the billing month that {@code at} falls in; now if it is not given. */
  @GetMapping("/tenants/{tenant}/commitments")
  Page<CommitmentRow> commitments(Tenant tenant, PageRequest page,
      @RequestParam(required = false) @Nullable String at) {
    Instant instant = at == null ? clock.instant() : QueryInstants.read("at", at);
    return page.sorted(commitments.of(tenant.id(), instant), CommitmentRow::of,
        standing -> SortKey.of(standing.from(), standing.contract()));
  }

  private static String written(UsageReports.Position position) {
    return String.join(" ", position.day().toString(), position.project().toString(),
        position.key().toString(), position.currency(), position.model());
  }

  /** A model's name may have spaces in it, so it comes last. */
  private static UsageReports.Position position(String text) {
    String[] parts = text.split(" ", 5);
    return new UsageReports.Position(QueryInstants.read("cursor", parts[0]),
        new ProjectId(UUID.fromString(parts[1])),
        new ApiKeyId(UUID.fromString(parts[2])), parts[4], parts[3]);
  }
}
