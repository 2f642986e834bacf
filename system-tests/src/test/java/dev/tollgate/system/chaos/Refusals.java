package dev.tollgate.system.chaos;

import dev.tollgate.system.chaos.Asked.Ending;
import dev.tollgate.system.chaos.Ledger.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Tells false refusals (money rule 3). A refusal for want of funds is false if what the customer had certainly paid in,
 * less what its other requests had spent or may have held at any time while this one waited, less what lay on leases of
 * dead instances (money rule 7), covered its input and one token. A request counts with what it was billed once it is
 * over, and until then with the most that it may hold.
 */
final class Refusals {

  /** How long the leases of a dead instance look like those of a living one. */
  private static final Duration UNNOTICED = Duration.ofSeconds(4);
  private static final Duration FREED_AFTER_CRASH = Duration.ofSeconds(30);
  private static final Duration SETTLED_AFTER_LEAVING = Duration.ofSeconds(5);
  private static final long AROUND = Duration.ofSeconds(1).toNanos();

  private final Map<Customer, List<Asked>> asked;
  private final Watch watch;
  private final Trouble trouble;
  private final Ledger ledger;
  private final BackendRecords backend;
  private final List<String> wrong = new ArrayList<>();
  private int judged;
  private int unjudged;

  Refusals(List<Asked> asked, Watch watch, Trouble trouble, Ledger ledger, BackendRecords backend) {
    this.asked = asked.stream().collect(Collectors.groupingBy(one -> one.question().customer()));
    this.watch = watch;
    this.trouble = trouble;
    this.ledger = ledger;
    this.backend = backend;
    asked.stream().filter(Asked::isRefusedForFunds).forEach(this::judge);
  }

  private void judge(Asked refused) {
    Customer customer = refused.question().customer();
    if (!customer.isShort()) {
      judged++;
      wrong.add(customer.name() + " has ample funds, yet: " + refused);
      return;
    }
    long silent = watch.mostSilent(customer.tenant(), refused.sentAt() - AROUND, refused.endedAt() + AROUND);
    if (silent < 0 || watch.sawItSlow(refused.sentAt(), refused.endedAt())
        || trouble.diedLately(refused.sentAt(), refused.endedAt(), UNNOTICED)) {
      unjudged++;
      return;
    }
    judged++;
    long available = customer.paidBefore(refused.sentAt()) - silent;
    for (Asked other : asked.getOrDefault(customer, List.of())) {
      if (!other.question().tag().equals(refused.question().tag())
          && other.sentAt() - refused.endedAt() < 0) {
        available -= claim(other, refused.sentAt());
      }
    }
    if (available >= refused.question().leastPico()) {
      wrong.add(customer.name() + " had at least " + available + " free, yet: " + refused);
    }
  }

  /** What another request may have of the customer's funds from an instant on. */
  private long claim(Asked other, long atNanos) {
    long most = other.question().mostHeldPico();
    return switch (other.ending()) {
      case Ending.Answered(var bill) ->
        other.endedAt() - atNanos < 0 ? bill.pico() : Math.max(most, bill.pico());
      case Ending.Refused _ -> other.endedAt() - atNanos < 0 ? 0 : most;
      case Ending.Left _,Ending.Failed _ ->
        over(other, SETTLED_AFTER_LEAVING, atNanos) ? billed(other) : most;
      case Ending.CutOff _ -> over(other, FREED_AFTER_CRASH, atNanos) ? billed(other) : most;
    };
  }

  private static boolean over(Asked other, Duration since, long atNanos) {
    return atNanos - other.endedAt() > since.toNanos();
  }

  private long billed(Asked other) {
    UUID id = other.id() != null ? other.id() : backend.idOf(other.question());
    Row row = ledger.row(id);
    return row == null ? 0 : row.pico();
  }

  /** The false ones, in words. */
  List<String> wrong() {
    return wrong;
  }

  int judged() {
    return judged;
  }

  /** Those at moments when it cannot be told what lay on whose leases, or when the machine was too busy to ask. */
  int unjudged() {
    return unjudged;
  }
}
