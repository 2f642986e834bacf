package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.settlement.SettlementModels;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;

/** The tables of billing as the model of the database has them, with the constraints that PostgreSQL would enforce. */
final class Books {

  private final Map<Long, Fund> funds = new TreeMap<>();
  private final Map<Long, Map<Long, Long>> leases = new TreeMap<>();
  private final Map<Long, Long> instances = new TreeMap<>();
  private final Map<UUID, Usage> usage = new LinkedHashMap<>();
  private final List<Usage> rows = new ArrayList<>();
  private final Map<Posting, Long> transfers = new LinkedHashMap<>();
  private final Set<String> references = new LinkedHashSet<>();
  private final Set<Long> touched = new LinkedHashSet<>();
  private final Map<Long, Map<Long, Long>> answers = new TreeMap<>();
  private final Map<Long, Map<Long, Long>> exchanges = new TreeMap<>();
  private final Map<Long, Map<Long, Long>> supplied = new TreeMap<>();
  private long recalls = 1;
  private long epochs;
  private long accounts;

  /** Kinds of funds, in drawing order; budgets cap the last. */
  enum Kind {
    FREE_ALLOWANCE, PACK, MONEY, BUDGET
  }

  /** A row of {@code fund}. */
  static final class Fund {

    final long account;
    final TenantId tenant;
    final Kind kind;
    final String unit;
    final Instant from;
    final Instant until;
    final @Nullable String subject;
    private long balance;
    private long leased;
    private long creditLimit;
    private long agreedLimit = Long.MAX_VALUE;
    private Instant agreedFrom = Instant.MIN;

    Fund(long account, TenantId tenant, Kind kind, String unit, Instant from, Instant until,
        @Nullable String subject) {
      this.account = account;
      this.tenant = tenant;
      this.kind = kind;
      this.unit = unit;
      this.from = from;
      this.until = until;
      this.subject = subject;
    }

    long balance() {
      return balance;
    }

    long leased() {
      return leased;
    }

    long creditLimit() {
      return creditLimit;
    }

    long free() {
      return Math.subtractExact(Math.addExact(balance, creditLimit), leased);
    }

    /** What may still be leased. */
    long grantable() {
      return Math.max(0, balance + Math.min(creditLimit, agreedLimit) - leased);
    }

    /** Whether more is leased than what was agreed leaves. */
    boolean isOverleased() {
      return agreedLimit != Long.MAX_VALUE && Math.addExact(balance, agreedLimit) < leased;
    }

    long agreedLimit() {
      return agreedLimit;
    }

    void agree(long limit) {
      agreedLimit = limit;
    }

    /** @param from when the contract began whose limit it is */
    void agree(long limit, Instant from) {
      agreedLimit = limit;
      agreedFrom = from;
    }

    Instant agreedFrom() {
      return agreedFrom;
    }

    boolean isValidAt(Instant at) {
      return !at.isBefore(from) && at.isBefore(until);
    }

    /** Whether a request may draw on it: a pack that is sold also serves what came before, by whatever clock. */
    boolean mayServe(Instant arrivedAt) {
      return kind == Kind.PACK ? arrivedAt.isBefore(until) : isValidAt(arrivedAt);
    }
  }

  /** A row of {@code usage}. */
  record Usage(Settlement settlement, UUID batch) {

    Receipt receipt() {
      return new Receipt(settlement.id(), settlement.currency(), settlement.bill().amountPico(),
          settlement.bill().freeTokens(), settlement.bill().packMillitokens());
    }
  }

  /** Transfers of one reason into or out of one fund. */
  record Posting(long account, String reason) {}

  long newEpoch(long expiresAt) {
    instances.put(++epochs, expiresAt);
    return epochs;
  }

  Map<Long, Long> instances() {
    return instances;
  }

  Fund open(TenantId tenant, Kind kind, String unit, Instant from, Instant until, @Nullable String subject) {
    var fund = new Fund(++accounts, tenant, kind, unit, from, until, subject);
    funds.put(fund.account, fund);
    return fund;
  }

  Fund fund(long account) {
    Fund fund = funds.get(account);
    if (fund == null) {
      throw new IllegalStateException("No fund has the account " + account);
    }
    return fund;
  }

  Collection<Fund> funds() {
    return funds.values();
  }

  List<Fund> fundsOf(TenantId tenant) {
    return funds.values().stream().filter(fund -> fund.tenant.equals(tenant)).toList();
  }

  /** Changes a fund's row, unless that would violate one of its CHECKs. */
  void update(Fund fund, long balance, long leased, long creditLimit) {
    if (leased < 0 || creditLimit < 0 || Math.addExact(balance, creditLimit) < leased
        || (fund.kind.compareTo(Kind.MONEY) < 0 && creditLimit != 0)) {
      throw new DataIntegrityViolationException("Fund " + fund.account + " would have balance " + balance
          + ", leased " + leased + ", credit limit " + creditLimit);
    }
    fund.balance = balance;
    fund.leased = leased;
    fund.creditLimit = creditLimit;
    touched.add(fund.account);
  }

  long granted(long epoch, long account) {
    return leases.getOrDefault(epoch, Map.of()).getOrDefault(account, 0L);
  }

  boolean hasLease(long epoch, long account) {
    return leases.getOrDefault(epoch, Map.of()).containsKey(account);
  }

  void lease(long epoch, long account, long granted) {
    if (granted < 0) {
      throw new DataIntegrityViolationException("Epoch " + epoch + " would lease " + granted);
    }
    leases.computeIfAbsent(epoch, none -> new TreeMap<>()).put(account, granted);
    touched.add(account);
  }

  long newRecall() {
    return ++recalls;
  }

  long lastRecall() {
    return recalls;
  }

  /** The number of the last exchange of a lease. */
  long exchange(long epoch, long account) {
    return exchanges.getOrDefault(epoch, Map.of()).getOrDefault(account, 0L);
  }

  /** What a lease was granted in all less what was given back of it. */
  long supplied(long epoch, long account) {
    return supplied.getOrDefault(epoch, Map.of()).getOrDefault(account, 0L);
  }

  void exchanged(long epoch, long account, long number, long amount) {
    exchanges.computeIfAbsent(epoch, none -> new TreeMap<>()).put(account, number);
    supplied.computeIfAbsent(epoch, none -> new TreeMap<>()).merge(account, amount, Math::addExact);
  }

  /** Notes the last recall that a lease has answered. */
  void answer(long epoch, long account, long recall) {
    answers.computeIfAbsent(epoch, none -> new TreeMap<>()).merge(account, recall, Math::max);
  }

  /** The last recall that all others have answered that lease something of an account; 0 if there are none. */
  long answeredByOthers(long epoch, long account) {
    return leases.entrySet().stream()
        .filter(other -> other.getKey() != epoch && other.getValue().getOrDefault(account, 0L) > 0)
        .mapToLong(other -> answers.getOrDefault(other.getKey(), Map.of()).getOrDefault(account, 0L)).min()
        .orElse(0);
  }

  Map<Long, Long> leasesOf(long epoch) {
    return leases.getOrDefault(epoch, Map.of());
  }

  /** What is leased of an account over all epochs. */
  long grantedInAll(long account) {
    long sum = 0;
    for (Map<Long, Long> of : leases.values()) {
      sum = Math.addExact(sum, of.getOrDefault(account, 0L));
    }
    return sum;
  }

  void end(long epoch) {
    leases.remove(epoch);
    answers.remove(epoch);
    exchanges.remove(epoch);
    supplied.remove(epoch);
    instances.remove(epoch);
  }

  /** Inserts a row unless its request has one. */
  boolean insert(Settlement settlement, UUID batch) {
    var row = new Usage(settlement, batch);
    boolean fresh = usage.putIfAbsent(settlement.id().value(), row) == null;
    if (fresh) {
      rows.add(row);
    }
    return fresh;
  }

  Map<UUID, Usage> usage() {
    return usage;
  }

  /** The ids of a request that have a row, and the one after them. */
  List<RequestId> idsOf(RequestId request) {
    var ids = new ArrayList<RequestId>();
    for (RequestId id : (Iterable<RequestId>) SettlementModels.idsOf(request)::iterator) {
      ids.add(id);
      if (!usage.containsKey(id.value())) {
        break;
      }
    }
    return ids;
  }

  /** What is recorded of a request: one row, or that of its checkpoint and the rest, which may have been cut off in turn. */
  List<Usage> rowsOf(RequestId request) {
    return idsOf(request).stream().map(id -> usage.get(id.value())).filter(Objects::nonNull).toList();
  }

  /** All rows of usage in the order in which they came. */
  List<Usage> rows() {
    return rows;
  }

  void post(long account, String reason, long amount) {
    transfers.merge(new Posting(account, reason), amount, Math::addExact);
  }

  /** The sum of all transfers of a reason into or out of a fund. */
  long posted(long account, String reason) {
    return transfers.getOrDefault(new Posting(account, reason), 0L);
  }

  /** The sum of all transfers of each reason. */
  Map<String, Long> totals() {
    var totals = new TreeMap<String, Long>();
    transfers.forEach((posting, amount) -> totals.merge(posting.reason(), amount, Math::addExact));
    return totals;
  }

  long lastAccount() {
    return accounts;
  }

  /** Notes a payment's reference; false if it was used before. */
  boolean note(String reference) {
    return references.add(reference);
  }

  /** The accounts that changed since this was last asked. */
  List<Long> takeTouched() {
    if (touched.isEmpty()) {
      return List.of();
    }
    var all = new ArrayList<>(touched);
    touched.clear();
    return all;
  }
}
