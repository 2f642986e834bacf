package dev.tollgate.billing.settlement;

import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.journal.Journal;

/** What a model of settlement needs to know of it. */
public final class SettlementModels {

  private SettlementModels() {}

  /** Keeps settlements on any journal, while the store does not answer. */
  public static SettlementJournal journal(Journal journal, int recordLimit) {
    return SettlementJournal.on(journal, recordLimit);
  }

  /** The id under which the rest of a request is billed whose checkpoint was settled first. */
  public static RequestId remainderOf(RequestId request) {
    return Remainder.idOf(request);
  }

  /** What is left to bill of a request of which a part is billed. */
  public static Settlement rest(Settlement whole, Settlement part) {
    return Remainder.of(whole, part);
  }
}
