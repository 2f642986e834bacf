package dev.tollgate.system.chaos;

import dev.tollgate.system.chaos.Asked.Bill;
import dev.tollgate.system.chaos.Asked.Ending;
import dev.tollgate.system.chaos.Ledger.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Compares what the clients saw and what the backend generated with what was billed. */
final class Verdict {

  /** How long a gateway may take to find its feet after its own start or the database's. */
  private static final Duration AFTERMATH = Duration.ofSeconds(10);

  private final Ledger ledger;
  private final BackendRecords backend;
  private final Trouble trouble;
  private final Watch watch;
  private final boolean leasesLost;
  private final long patienceNanos;
  private int inDoubt;
  private final List<String> lost = new ArrayList<>();
  private final List<String> misbilled = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private final List<String> unavailable = new ArrayList<>();

  /**
   * @param leasesLost whether a living gateway was so slow that it lost its leases, and its streams what they had left
   * @param patience how long a gateway waits for what others have of a customer's funds
   */
  Verdict(Ledger ledger, BackendRecords backend, Trouble trouble, Watch watch, boolean leasesLost,
      Duration patience, List<Asked> asked) {
    this.patienceNanos = patience.toNanos();
    this.ledger = ledger;
    this.backend = backend;
    this.trouble = trouble;
    this.watch = watch;
    this.leasesLost = leasesLost;
    asked.forEach(this::judge);
    ledger.rows().forEach(this::judge);
  }

  private void judge(Asked one) {
    UUID id = one.id() != null ? one.id() : backend.idOf(one.question());
    Row row = ledger.row(id);
    switch (one.ending()) {
      case Ending.Answered(Bill bill) -> answered(one, row, bill);
      case Ending.Left _ -> left(one, id, row);
      case Ending.Refused(int status, String code) -> refused(one, row, status, code);
      case Ending.Failed _ -> broken.add("a stream failed: " + one);
      case Ending.CutOff _ -> {
        if (!trouble.killed(one.gateway(), one.sentAt(), one.endedAt())) {
          broken.add("a living gateway cut off: " + one);
        }
      }
    }
  }

  private void answered(Asked one, @Nullable Row row, Bill bill) {
    if (row == null) {
      lost.add("answered and not billed: " + one);
    } else if (row.inputTokens() != bill.promptTokens() || row.outputTokens() != bill.outputTokens()
        || row.pico() != bill.pico() || row.freeTokens() != bill.freeTokens()
        || row.packMillitokens() != bill.packMillitokens()) {
      misbilled.add(one + " has the record " + row);
    } else if (one.question().stream() && one.received() != bill.outputTokens()) {
      misbilled.add("told other than received: " + one);
    }
    if (bill.stoppedBy() != null && !one.question().customer().isShort() && !leasesLost) {
      misbilled.add("stopped although there are funds: " + one);
    }
  }

  /** Rule 5: never for nothing, never for more than was generated. */
  private void left(Asked one, @Nullable UUID id, @Nullable Row row) {
    if (trouble.killed(one.gateway(), one.sentAt(), one.endedAt() + AFTERMATH.toNanos())) {
      return;
    }
    if (row == null) {
      if (id != null && backend.sent(id) > 0) {
        lost.add("left and not billed: " + one);
      }
    } else if (row.outputTokens() < one.received() || row.inputTokens() != one.question().promptTokens()) {
      misbilled.add("left, and billed for less than it got: " + one + " has the record " + row);
    }
  }

  private void refused(Asked one, @Nullable Row row, int status, String code) {
    if (row != null && (row.pico() != 0 || row.freeTokens() != 0 || row.packMillitokens() != 0)) {
      misbilled.add("refused and billed: " + one + " has the record " + row);
    }
    boolean excused = trouble.databaseAway(one.sentAt(), one.endedAt(), AFTERMATH)
        || trouble.killed(one.gateway(), one.sentAt() - AFTERMATH.toNanos(), one.endedAt())
        || watch.sawItSlow(one.sentAt(), one.endedAt());
    if (status == 503 && one.question().customer().isShort()
        && one.endedAt() - one.sentAt() >= patienceNanos) {
      inDoubt++;
    } else if (status == 503 && !excused) {
      unavailable.add("503 " + code + " although the database was there: " + one);
    } else if (status != 402 && status != 503) {
      broken.add("refused without reason: " + one);
    }
  }

  private void judge(UUID id, Row row) {
    if (row.outputTokens() > backend.sent(id)) {
      misbilled.add("billed for more than was generated: " + id + " " + row);
    }
    long paid = row.inputTokens() * Customer.PER_INPUT + row.outputTokens() * Customer.PER_OUTPUT;
    boolean byMoneyAlone = row.freeTokens() == 0 && row.packMillitokens() == 0;
    if (byMoneyAlone && row.pico() != (row.outcome().equals("BACKEND_FAILED") ? 0 : paid)) {
      misbilled.add("priced otherwise than listed: " + id + " " + row);
    }
  }

  /** Answers that came whole, or streams that were left, without a record. */
  List<String> lost() {
    return lost;
  }

  /** Records that say something else than what happened. */
  List<String> misbilled() {
    return misbilled;
  }

  /** Answers that ended badly although their gateway lived. */
  List<String> broken() {
    return broken;
  }

  /** Refusals for want of the database while it was there. */
  List<String> unavailable() {
    return unavailable;
  }

  /**
   * Customers near the end of their funds who were told to try again, after all the patience: a gateway that was dead or
   * too busy had not said what it needs of them.
   */
  int inDoubt() {
    return inDoubt;
  }

  static long count(List<Asked> asked, Class<? extends Ending> ending) {
    return asked.stream().filter(one -> ending.isInstance(one.ending())).count();
  }

  static long refusals(List<Asked> asked, int status) {
    return asked.stream()
        .filter(one -> one.ending() instanceof Ending.Refused(int refused, _) && refused == status).count();
  }

  static Map<String, Long> endings(List<Asked> asked) {
    return Map.of("answered", count(asked, Ending.Answered.class), "left", count(asked, Ending.Left.class),
        "402",
        refusals(asked, 402), "503", refusals(asked, 503), "cut off", count(asked, Ending.CutOff.class));
  }
}
