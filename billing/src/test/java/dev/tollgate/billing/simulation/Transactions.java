package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Packs.Pack;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.ledger.Accounts.Allowance;
import dev.tollgate.billing.ledger.BudgetSubject;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.billing.simulation.RealDatabase.Opening;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/** Transactions drawn at random, each for the model and for PostgreSQL. */
final class Transactions {

  static final Instant LATER = Instant.parse("2026-11-20T00:00:00Z");
  private static final Instant NOVEMBER = Instant.parse("2026-11-01T00:00:00Z");
  private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");
  private static final Instant JANUARY = Instant.parse("2027-01-01T00:00:00Z");

  private final SplittableRandom random;
  private final DatabaseModel model;
  private final RealDatabase real;
  private final Map<TenantId, List<Contract>> contracts;
  private final TillModel till;
  private final List<Batch> batches = new ArrayList<>();
  private final List<Settlement> running = new ArrayList<>();
  private final Map<String, Long> payments = new HashMap<>();
  private int drawn;
  private long ids;
  private long exchanges;

  Transactions(SplittableRandom random, DatabaseModel model, RealDatabase real,
      Map<TenantId, List<Contract>> contracts) {
    this.random = random;
    this.model = model;
    this.real = real;
    this.contracts = contracts;
    this.till = new TillModel(model, tenant -> {});
  }

  /** What is done. */
  enum Kind {
    REGISTER, OPEN, TOP_UP, GRANT, GIVE_BACK, SETTLE, CHECKPOINT, SUPERSEDE, RECALL, RENEW, BUY_PACK, BUDGET,
    EXPIRE, RETIRE, RECLAIM
  }

  /** A batch of settlements and its name. */
  record Batch(UUID name, List<Settlement> settlements) {}

  Kind kind() {
    Kind[] kinds = Kind.values();
    if (drawn < 3) {
      return kinds[drawn++];
    }
    int likely = random.nextInt(kinds.length + 12);
    return likely < kinds.length ? kinds[likely] : kinds[3 + (likely - kinds.length) / 3];
  }

  TillModel till() {
    return till;
  }

  UUID instance() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  /** A negative one is over already. */
  Duration life() {
    return random.nextInt(3) == 0 ? Duration.ofHours(-1) : Duration.ofHours(1);
  }

  /** One that is there, or was, or never was granted anything. */
  long epoch() {
    return random.nextLong(1, real.epochs() + 1);
  }

  /** The number of an exchange; some come late. */
  long exchange() {
    return random.nextInt(6) == 0 ? random.nextLong(exchanges + 1) + 1 : ++exchanges;
  }

  /** Some of all accounts. */
  List<Long> accounts() {
    return model.books().funds().stream().filter(fund -> random.nextInt(3) == 0).map(fund -> fund.account)
        .toList();
  }

  /** The number of a recall, one that is still to come, or none. */
  long answering() {
    return random.nextInt(3) == 0 ? 0 : random.nextLong(model.books().lastRecall() + 2);
  }

  TenantId tenant() {
    return new TenantId(new UUID(1, random.nextInt(2)));
  }

  Opening opening() {
    real.post();
    TenantId tenant = tenant();
    agree(tenant);
    return openingAt(tenant, random.nextBoolean() ? NOVEMBER.plusSeconds(5) : DECEMBER.plusSeconds(5));
  }

  /** Other limits of a tenant's three contracts, and a clock that goes back and forth. */
  private void agree(TenantId tenant) {
    real.moveTo(random.nextBoolean() ? NOVEMBER.plusSeconds(5) : LATER.plusSeconds(5));
    List<Contract> known = contracts.get(tenant);
    if (known == null) {
      List<Contract> first = List.of(contract(tenant, NOVEMBER.minusSeconds(9), NOVEMBER),
          contract(tenant, NOVEMBER, LATER), contract(tenant, LATER, JANUARY));
      first.forEach(real::agree);
      contracts.put(tenant, first);
    } else {
      List<Contract> limited = known.stream().map(this::limited).toList();
      limited.forEach(real::limitCredit);
      contracts.put(tenant, limited);
    }
  }

  private Contract contract(TenantId tenant, Instant from, Instant until) {
    return limited(new Contract(1, tenant, "pay-as-you-go", random.nextInt(3) == 0 ? "CNY" : "USD",
        ZoneOffset.UTC, 0, BigInteger.ZERO, 0, 0, from, until, true, 0));
  }

  private Contract limited(Contract of) {
    return new Contract(of.id(), of.tenant(), of.plan(), of.currency(), of.zone(), of.discountBasisPoints(),
        BigInteger.valueOf(random.nextLong(5_000)), 0, 0, of.from(), of.until(), true, 0);
  }

  private Opening openingAt(TenantId tenant, Instant at) {
    boolean november = at.isBefore(DECEMBER);
    // Billing months that begin in another zone overlap with those of UTC.
    long zone = random.nextInt(3) * 3_600L;
    return new Opening(tenant,
        new Allowance(random.nextLong(2_000), (november ? NOVEMBER : DECEMBER).minusSeconds(zone),
            (november ? DECEMBER : JANUARY).minusSeconds(zone)),
        at);
  }

  void topUp() {
    real.post();
    TenantId tenant = tenant();
    String reference = "payment-" + random.nextInt(20);
    long amount = payments.computeIfAbsent(tenant + reference, none -> random.nextLong(1, 10_000));
    real.accounts().topUp(tenant, "USD", BigInteger.valueOf(amount), reference);
    model.topUp(tenant, "USD", amount, reference);
    meet(tenant);
  }

  /** A new order or an earlier one again, which may have been for something else. */
  Sale sale() {
    real.post();
    TenantId tenant = tenant();
    String reference = "pack-" + random.nextInt(12);
    long tokens = random.nextLong(1, 4);
    Instant until = LATER.plusSeconds(random.nextInt(3) - 1);
    return new Sale(tenant, new Pack(reference, tokens, new Money("USD", BigInteger.valueOf(tokens * 700)),
        Payment.BALANCE, NOVEMBER, until, tokens * 1_000));
  }

  /** What both have sold is the same account. */
  void sold(Sale sale) {
    real.packAccount(sale.tenant(), sale.pack().reference()).ifPresent(account -> {
      if (!real.knows(account)) {
        real.meetAccount(account, model.books().lastAccount());
      }
    });
    meet(sale.tenant());
  }

  /** A pack that a tenant wants. */
  record Sale(TenantId tenant, Pack pack) {}

  void changeBudget() {
    real.post();
    TenantId tenant = tenant();
    BudgetSubject subject = BudgetModel.subjectsOf(payer(tenant)).get(random.nextInt(3));
    if (random.nextInt(4) == 0) {
      real.removeBudget(tenant, subject);
      model.budgets().remove(tenant, subject);
    } else {
      long cap = random.nextLong(1, 6_000);
      Instant at = NOVEMBER.plusSeconds(5);
      real.setBudget(tenant, subject, cap, NOVEMBER, DECEMBER, at);
      model.budgets().set(tenant, subject, "USD", cap, NOVEMBER, DECEMBER, at);
    }
    meet(tenant);
  }

  /** Opens what there is in both, so that each knows the other's accounts. */
  private void meet(TenantId tenant) {
    Opening opening = openingAt(tenant, NOVEMBER.plusSeconds(5));
    real.meet(opening.in(real.accounts()),
        model.open(tenant, "USD", opening.allowance(), opening.at(), real.now()));
  }

  private Payer payer(TenantId tenant) {
    return Tenants.payer(tenant, random.nextInt(2), random.nextInt(2));
  }

  List<Ask> asks() {
    return model.books().funds().stream().filter(fund -> random.nextInt(2) == 0)
        .map(fund -> new Ask(fund.account, random.nextLong(2_000), random.nextLong(10_000))).toList();
  }

  /** Now and then more than is leased. */
  List<Share> shares(long epoch) {
    real.post();
    return model.books().leasesOf(epoch).entrySet().stream().filter(lease -> random.nextInt(2) == 0)
        .map(lease -> new Share(lease.getKey(),
            random.nextLong(lease.getValue() + 1) + (random.nextInt(30) == 0 ? lease.getValue() + 1 : 0)))
        .toList();
  }

  /** A new one, an earlier one again, or new ones among which are earlier ones. */
  Batch batch() {
    if (!batches.isEmpty() && random.nextInt(4) == 0) {
      return batches.get(random.nextInt(batches.size()));
    }
    var settlements = new ArrayList<Settlement>();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      boolean again = !batches.isEmpty() && random.nextInt(6) == 0;
      if (again) {
        settlements.add(batches.getLast().settlements().getFirst());
      } else if (random.nextInt(6) == 0) {
        // Some are interrupted again.
        Settlement whole = running.isEmpty() || random.nextInt(3) > 0 ? settlement() : running.removeFirst();
        running.add(whole);
        settlements.add(partOf(whole));
      } else {
        settlements.add(running.isEmpty() || random.nextBoolean() ? settlement() : running.removeFirst());
      }
    }
    var batch = new Batch(new UUID(8, ++ids), List.copyOf(settlements));
    batches.add(batch);
    return batch;
  }

  /** How far some requests have come that go on, and end, in a later batch. */
  List<Settlement> checkpoints() {
    var wholes = new ArrayList<Settlement>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      Settlement next = running.isEmpty() || random.nextInt(3) > 0 ? settlement() : running.removeFirst();
      if (wholes.stream().noneMatch(other -> other.id().equals(next.id()))) {
        wholes.add(next);
      }
    }
    running.addAll(wholes);
    return wholes.stream().map(this::partOf).toList();
  }

  private Settlement partOf(Settlement whole) {
    int eighths = random.nextInt(1, 8);
    List<Line> lines = whole.bill().lines().stream().limit(1)
        .map(line -> new Line(line.tokenClass(), line.account(), line.kind(), line.tokens() * eighths / 8, 1,
            2, line.tokens() * eighths / 8 * 2))
        .toList();
    long tokens = lines.stream().mapToLong(Line::tokens).sum();
    return new Settlement(whole.id(), whole.payer(), 1, "USD", "model", "eu", whole.arrivedAt(),
        whole.epoch(),
        consumption(tokens, Outcome.INTERRUPTED, whole.arrivedAt()), Bill.of(lines), whole.budgets());
  }

  private static Consumption consumption(long tokens, Outcome outcome, Instant at) {
    return new Consumption(new Usage(0, 0, tokens), outcome, "/v1/completions", null, null, at);
  }

  private Settlement settlement() {
    Payer payer = payer(tenant());
    var lines = new ArrayList<Line>();
    var budgets = new ArrayList<Long>();
    for (Fund fund : model.books().fundsOf(payer.tenant())) {
      long tokens = random.nextLong(1, 300);
      if (fund.kind == Books.Kind.BUDGET) {
        budgets.add(fund.account);
      } else if (random.nextBoolean()) {
        lines.add(new Line(TokenClass.OUTPUT, fund.account, FundKind.valueOf(fund.kind.name()), tokens, 1, 2,
            2 * tokens));
      }
    }
    Instant at = NOVEMBER.plusSeconds(3_600);
    long high = (at.toEpochMilli() << 16) | 0x7000;
    long tokens = lines.stream().mapToLong(Line::tokens).sum();
    boolean cutOff = random.nextInt(8) == 0;
    Settlement settlement = new Settlement(new RequestId(new UUID(high, Long.MIN_VALUE | ++ids)), payer, 1,
        "USD", "model", "eu", at, epoch(), consumption(tokens, Outcome.COMPLETED, at), Bill.of(lines),
        List.copyOf(budgets));
    if (cutOff) {
      running.add(settlement);
    }
    return !cutOff ? settlement : random.nextBoolean() ? failed(settlement) : left(settlement);
  }

  /** Its client left; it may be repeated. */
  private Settlement left(Settlement whole) {
    Settlement part = partOf(whole);
    return new Settlement(part.id(), part.payer(), 1, "USD", "model", "eu", part.arrivedAt(), part.epoch(),
        consumption(part.consumption().usage().outputTokens(), Outcome.CLIENT_DISCONNECTED,
            part.arrivedAt()),
        part.bill(), part.budgets());
  }

  /** Its backend failed it, the first time; it may be repeated. */
  private Settlement failed(Settlement whole) {
    return new Settlement(whole.id(), whole.payer(), 1, "USD", "model", "eu",
        whole.arrivedAt().minusMillis(random.nextInt(2)),
        whole.epoch(), consumption(7, Outcome.BACKEND_FAILED, whole.arrivedAt()), Bill.NOTHING,
        whole.budgets());
  }
}
