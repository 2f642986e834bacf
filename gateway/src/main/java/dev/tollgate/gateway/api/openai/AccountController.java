package dev.tollgate.gateway.api.openai;

import dev.tollgate.billing.Balances;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.UsageReports;
import dev.tollgate.gateway.api.JsonFields;
import dev.tollgate.gateway.api.Moments;
import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.gateway.pipeline.RefusedException;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.Scope;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the asking key has used and what its tenant has left. Amounts are exact decimals in strings. */
@RestController
class AccountController {

  private static final Duration LONGEST = Duration.ofDays(92);

  private final UsageReports reports;
  private final Balances balances;
  private final Packs packs;
  private final Clock clock;

  AccountController(UsageReports reports, Balances balances, Packs packs, Clock clock) {
    this.reports = reports;
    this.balances = balances;
    this.packs = packs;
    this.clock = clock;
  }

  record UsageList(String object, Instant from, Instant until, List<UsageRow> data) {}

  /** One day and model of the asking key; {@code prompt_tokens} include the cached ones. */
  record UsageRow(LocalDate date, String model, long requests, long failed_requests, long prompt_tokens,
      long cached_tokens, long completion_tokens, long free_tokens, BigDecimal pack_tokens, String cost,
      String currency) {

    static UsageRow of(UsageReports.Row row) {
      Usage usage = row.usage();
      return new UsageRow(row.day().atOffset(ZoneOffset.UTC).toLocalDate(), row.model(), row.requests(),
          row.failedRequests(), usage.promptTokens(), usage.cachedInputTokens(), usage.outputTokens(),
          row.freeTokens(), Decimals.packTokens(row.packMillitokens()),
          Decimals.money(row.amount()), row.amount().currency());
    }
  }

  record BalanceCard(String object, String plan, String currency, String balance, String credit_limit,
      String available, long free_tokens_left, Instant free_tokens_until, BigDecimal pack_tokens_left,
      List<PackCard> packs) {}

  /** A pack that requests can still draw on, in pack tokens. */
  record PackCard(String reference, BigDecimal tokens_left, Instant valid_until) {}

  /** Usage of the asking key by UTC day and model; from the first of this month until now if nothing else is asked. */
  @GetMapping("/v1/usage")
  UsageList usage(@AuthenticationPrincipal Caller caller,
      @RequestParam(required = false) @Nullable String from,
      @RequestParam(required = false) @Nullable String until) {
    require(caller);
    Instant now = clock.instant();
    Instant end = until == null ? now : instant(until, "until");
    Instant start = from == null ? firstOfMonth(end) : instant(from, "from");
    if (!start.isBefore(end) || Duration.between(start, end).compareTo(LONGEST) > 0) {
      throw JsonFields.wrong("from", "must lie before 'until', at most " + LONGEST.toDays() + " days");
    }
    return new UsageList("list", start, end,
        reports.ofKey(caller.tenant(), caller.key(), start, end).stream().map(UsageRow::of).toList());
  }

  @GetMapping("/v1/balance")
  BalanceCard balance(@AuthenticationPrincipal Caller caller) {
    require(caller);
    Balances.Balance balance = balances.of(caller.tenant());
    Money available = new Money(balance.balance().currency(),
        balance.balance().pico().add(balance.creditLimit().pico()));
    Instant now = clock.instant();
    List<Packs.Pack> drawable = packs.of(caller.tenant()).stream()
        .filter(pack -> pack.leftMillitokens() > 0 && pack.validUntil().isAfter(now)).toList();
    long packsLeft = drawable.stream().mapToLong(Packs.Pack::leftMillitokens).reduce(0, Math::addExact);
    return new BalanceCard("balance", balance.plan(), balance.balance().currency(),
        Decimals.money(balance.balance()),
        Decimals.money(balance.creditLimit()), Decimals.money(available), balance.freeTokensLeft(),
        balance.freeTokensUntil(),
        Decimals.packTokens(packsLeft), drawable.stream().map(pack -> new PackCard(pack.reference(),
            Decimals.packTokens(pack.leftMillitokens()), pack.validUntil())).toList());
  }

  private static Instant firstOfMonth(Instant end) {
    return end.minusMillis(1).atOffset(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1)
        .atStartOfDay(ZoneOffset.UTC)
        .toInstant();
  }

  private static Instant instant(String text, String parameter) {
    return Moments.read(text).orElseThrow(() -> JsonFields.wrong(parameter, Moments.RULE));
  }

  static void require(Caller caller) {
    if (!caller.may(Scope.USAGE)) {
      throw new RefusedException(new Refusal.ScopeMissing(Scope.USAGE));
    }
  }
}
