package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What is left to bill of a request that was taken for interrupted and is settled in full after all. The checkpoint's
 * tokens are billed already; of the full bill they are the first of each class, and the rest of its lines is the
 * remainder. So every token is billed once, also where its price changed in between.
 */
final class Remainder {

  /** Leaves version and variant of an id as they are. */
  private static final long OTHER_ID = 0x2A5A5A5A5A5A5A5AL;

  private Remainder() {}

  /** The remainder's id, which follows from the request's, so that it too is billed once. */
  static RequestId idOf(RequestId request) {
    UUID id = request.value();
    return new RequestId(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() ^ OTHER_ID));
  }

  /**
   * The difference as a settlement of its own.
   *
   * @param whole what the request used in all
   * @param part what is billed of it
   */
  static Settlement of(Settlement whole, Settlement part) {
    Usage all = whole.consumption().usage();
    Usage billed = part.consumption().usage();
    var usage = new Usage(Math.max(0, all.inputTokens() - billed.inputTokens()),
        Math.max(0, all.cachedInputTokens() - billed.cachedInputTokens()),
        Math.max(0, all.outputTokens() - billed.outputTokens()));
    Consumption ended = whole.consumption();
    var consumption = new Consumption(usage, ended.outcome(), ended.endpoint(), ended.backend(),
        ended.firstTokenAt(), ended.completedAt());
    return whole.with(idOf(whole.id()), consumption, bill(whole.bill(), billed));
  }

  private static Bill bill(Bill whole, Usage billed) {
    Map<TokenClass, Long> skipped = new EnumMap<>(TokenClass.class);
    for (TokenClass tokenClass : TokenClass.values()) {
      skipped.put(tokenClass, billed.of(tokenClass));
    }
    List<Line> rest = new ArrayList<>();
    for (Line line : whole.lines()) {
      long skip = Math.min(line.tokens(), skipped.getOrDefault(line.tokenClass(), 0L));
      skipped.merge(line.tokenClass(), -skip, Long::sum);
      long tokens = line.tokens() - skip;
      if (tokens > 0) {
        rest.add(new Line(line.tokenClass(), line.account(), line.kind(), tokens, line.priceRow(),
            line.unitPrice(), Math.multiplyExact(tokens, line.unitPrice())));
      }
    }
    return Bill.of(rest);
  }
}
