package dev.tollgate.billing.settlement;

import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.journal.Journal;
import dev.tollgate.billing.pricing.Line;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a model of settlement needs to know of it. */
public final class SettlementModels {

  private SettlementModels() {}

  /** Keeps settlements on any journal, while the store does not answer. */
  public static SettlementJournal journal(Journal journal, int recordLimit) {
    return SettlementJournal.on(journal, recordLimit);
  }

  /** The ids under which a request is billed: its own, that of its first remainder, and so on. */
  public static Stream<RequestId> idsOf(RequestId request) {
    return Stream.concat(Stream.of(request),
        IntStream.iterate(1, number -> number + 1).mapToObj(number -> Remainder.idOf(request, number)));
  }

  /** What is left to bill of a request of which a part is billed. */
  public static Settlement rest(Settlement whole, List<Line> part, RequestId id) {
    return Remainder.of(whole, part, id);
  }
}
