package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.catalog.CatalogueModel.Version;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.settlement.SettlementModels;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What clients used, and whether they were billed for that. */
final class Bills {

  /** Prices that were in force not longer than this before or after a request may have priced it. */
  private static final long SLACK_MILLIS = 60_000;
  private static final int MOST_RESTS = 20;

  private final World world;
  private final Map<UUID, List<Consumption>> submitted = new HashMap<>();
  private final Map<UUID, RequestId> requests = new HashMap<>();
  private final Map<RequestId, Owed> owed = new HashMap<>();
  private final Set<Attempt> failed = new HashSet<>();
  private final Set<Long> contracts = new HashSet<>();
  private final Map<Long, Integer> discounts = new HashMap<>();

  Bills(World world) {
    this.world = world;
  }

  /** A request ended and this is what its client received. */
  void submits(RequestId id, Consumption consumption) {
    submitted.computeIfAbsent(id.value(), none -> {
      SettlementModels.idsOf(id).skip(1).limit(MOST_RESTS).forEach(rest -> requests.put(rest.value(), id));
      return new ArrayList<>();
    }).add(consumption);
  }

  /**
   * Settlements were written, in this order. A request is owed for as much as any of its attempts was cut off with, or the
   * first one that came to its end.
   */
  void settles(List<Settlement> settlements) {
    for (Settlement settlement : settlements) {
      Consumption consumption = settlement.consumption();
      Owed before = owed.getOrDefault(settlement.id(), Owed.NOTHING);
      var attempt = new Attempt(settlement.id(), settlement.arrivedAt());
      if (!consumption.outcome().isBilled()) {
        failed.add(attempt);
      } else if (!before.answered
          && (consumption.outcome() != Outcome.INTERRUPTED || !failed.contains(attempt))) {
        owed.put(settlement.id(), before.and(consumption));
      }
    }
    for (Settlement settlement : settlements) {
      Usage billed = billed(world.platform().books().rowsOf(settlement.id()));
      Owed due = owed.getOrDefault(settlement.id(), Owed.NOTHING);
      if (billed.promptTokens() != due.prompt || billed.outputTokens() != due.output) {
        throw new Violation("%s is owed for %s and billed for %s".formatted(settlement.id(), due, billed));
      }
    }
  }

  private record Attempt(RequestId request, Instant arrivedAt) {}

  private record Owed(long prompt, long output, boolean answered) {

    private static final Owed NOTHING = new Owed(0, 0, false);

    private Owed and(Consumption consumption) {
      return new Owed(Math.max(prompt, consumption.usage().promptTokens()),
          Math.max(output, consumption.usage().outputTokens()), consumption.outcome().isFinal());
    }
  }

  private static Usage billed(List<Books.Usage> rows) {
    return rows.stream().map(row -> row.settlement().consumption())
        .filter(consumption -> consumption.outcome().isBilled()).map(Consumption::usage)
        .reduce(Usage.NONE, Usage::plus);
  }

  void agreed(Contract contract) {
    contracts.add(contract.id());
    discounts.put(contract.id(), contract.discountBasisPoints());
  }

  /** A row of usage appeared. */
  void check(Books.Usage row) {
    Settlement settlement = row.settlement();
    Consumption consumption = settlement.consumption();
    RequestId request = requests.get(settlement.id().value());
    boolean used = request == null
        ? submitted.getOrDefault(settlement.id().value(), List.of()).contains(consumption)
        : isRest(request, settlement);
    if (!used) {
      throw new Violation("Nobody used %s".formatted(settlement));
    }
    if (consumption.outcome() == Outcome.BACKEND_FAILED || consumption.outcome() == Outcome.REQUEST_REFUSED) {
      if (!settlement.bill().lines().isEmpty()) {
        throw new Violation("What the backend failed or refused is billed: %s".formatted(settlement));
      }
      return;
    }
    var tokens = new HashMap<TokenClass, Long>();
    long pico = 0;
    for (Line line : settlement.bill().lines()) {
      tokens.merge(line.tokenClass(), line.tokens(), Math::addExact);
      checkLine(settlement, line);
      pico += line.kind() == FundKind.MONEY ? line.amount() : 0;
    }
    Usage usage = consumption.usage();
    for (TokenClass each : TokenClass.values()) {
      if (tokens.getOrDefault(each, 0L) != usage.of(each)) {
        throw new Violation("Used %s and billed %s".formatted(usage, settlement.bill()));
      }
    }
    if (pico != settlement.bill().amountPico()) {
      throw new Violation("The lines do not add up: %s".formatted(settlement.bill()));
    }
  }

  /**
   * Whether what was billed before and this rest make what the client received in all. A request that was repeated may
   * have found in the cache what it paid in full before.
   */
  private boolean isRest(RequestId request, Settlement rest) {
    List<Books.Usage> rows = world.platform().books().rowsOf(request);
    Usage before = billed(rows.stream().takeWhile(row -> !row.settlement().id().equals(rest.id())).toList());
    Consumption used = rest.consumption();
    return submitted.getOrDefault(request.value(), List.of()).stream()
        .filter(whole -> whole.outcome() == used.outcome()).map(Consumption::usage)
        .anyMatch(whole -> used.usage().outputTokens() == Math.max(0,
            whole.outputTokens() - before.outputTokens())
            && used.usage().promptTokens() == Math.max(0, whole.promptTokens() - before.promptTokens())
            && used.usage().inputTokens() <= whole.inputTokens());
  }

  private void checkLine(Settlement settlement, Line line) {
    Fund fund = world.platform().books().fund(line.account());
    TenantId tenant = settlement.payer().tenant();
    if (!fund.tenant.equals(tenant) || !fund.kind.name().equals(line.kind().name())
        || !fund.mayServe(settlement.arrivedAt())) {
      throw new Violation(
          "%s draws %s, whose fund is valid from %s until %s".formatted(settlement, line, fund.from,
              fund.until));
    }
    boolean priced = line.amount() == Math.multiplyExact(line.tokens(), line.unitPrice())
        && pricesAround(settlement).stream()
            .anyMatch(version -> unitPrice(version, settlement, line) == line.unitPrice());
    if (!priced) {
      throw new Violation("No price makes %s of %s".formatted(line, settlement));
    }
  }

  private long unitPrice(Version version, Settlement settlement, Line line) {
    long list = switch (line.tokenClass()) {
      case INPUT -> version.input();
      case INPUT_CACHED -> version.cachedInput();
      case OUTPUT -> version.output();
    };
    return switch (line.kind()) {
      case FREE_ALLOWANCE -> 1;
      case PACK -> Math.ceilDiv(list * 1_000, version.input());
      case MONEY -> list * (10_000 - discounts.getOrDefault(settlement.contract(), 0)) / 10_000;
    };
  }

  private List<Version> pricesAround(Settlement settlement) {
    long from = settlement.arrivedAt().toEpochMilli() - SLACK_MILLIS;
    long until = settlement.consumption().completedAt().toEpochMilli() + SLACK_MILLIS;
    List<Version> all = world.platform().prices();
    var around = new ArrayList<Version>();
    for (int i = 0; i < all.size(); i++) {
      long end = i + 1 < all.size() ? all.get(i + 1).fromMillis() : Long.MAX_VALUE;
      if (all.get(i).fromMillis() <= until && end >= from) {
        around.add(all.get(i));
      }
    }
    return around;
  }
}
