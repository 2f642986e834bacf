package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is left to bill of a request that was billed without its whole answer, for a checkpoint most of the time, and is
 * settled for more after all. Those tokens are billed already; of the full bill they are those of each class that draw on the same account, or else the first
 * ones, and the rest of its lines is the remainder. So every token is billed once, also where its price changed in between,
 * and both parts together draw what the full bill says, also where it came to use other accounts. A remainder
 * that is cut off itself has one in turn, and so on.
 */
final class Remainder {

  private static final long OTHER_ID = 0x2A5A5A5A5A5A5A5AL;
  /** All but the variant. */
  private static final long OF_THE_ID = 0x3FFFFFFFFFFFFFFFL;

  private Remainder() {}

  /**
   * The id of a remainder, which follows from the request's, so that it too is billed once.
   *
   * @param number 1 for the first remainder, 2 for what is left after that, and so on; others have other ids
   */
  static RequestId idOf(RequestId request, int number) {
    UUID id = request.value();
    return new RequestId(new UUID(id.getMostSignificantBits(),
        id.getLeastSignificantBits() ^ (OTHER_ID * number & OF_THE_ID)));
  }

  /**
   * The difference as a settlement of its own.
   *
   * @param whole what the request used in all
   * @param part the lines that are billed of it
   * @param id what the difference is billed under
   */
  static Settlement of(Settlement whole, List<Line> part, RequestId id) {
    Usage all = whole.consumption().usage();
    Usage billed = billedOf(all, part);
    var usage = new Usage(all.inputTokens() - billed.inputTokens(),
        all.cachedInputTokens() - billed.cachedInputTokens(), all.outputTokens() - billed.outputTokens());
    Consumption ended = whole.consumption();
    var consumption = new Consumption(usage, ended.outcome(), ended.endpoint(), ended.backend(),
        ended.firstTokenAt(), ended.completedAt());
    return whole.with(id, consumption, bill(whole.bill(), part, billed));
  }

  /** A request that was repeated may have found in the cache what it paid in full before: a prompt is paid once. */
  private static Usage billedOf(Usage all, List<Line> part) {
    long output = 0;
    long prompt = 0;
    for (Line line : part) {
      if (line.tokenClass() == TokenClass.OUTPUT) {
        output = Math.addExact(output, line.tokens());
      } else {
        prompt = Math.addExact(prompt, line.tokens());
      }
    }
    long input = Math.min(all.inputTokens(), prompt);
    long cached = Math.min(all.cachedInputTokens(), prompt - input);
    return new Usage(input, cached, Math.min(all.outputTokens(), output));
  }

  private static Bill bill(Bill whole, List<Line> part, Usage billed) {
    Map<TokenClass, Long> skipped = new EnumMap<>(TokenClass.class);
    for (TokenClass tokenClass : TokenClass.values()) {
      skipped.put(tokenClass, billed.of(tokenClass));
    }
    List<Line> unmatched = without(whole.lines(), paidFrom(part), skipped);
    return Bill.of(without(unmatched, null, skipped));
  }

  private record Paid(TokenClass tokenClass, long account) {}

  private static Map<Paid, Long> paidFrom(List<Line> part) {
    var paid = new HashMap<Paid, Long>();
    part.forEach(line -> paid.merge(new Paid(line.tokenClass(), line.account()), line.tokens(), Long::sum));
    return paid;
  }

  /** The lines without the tokens to skip: those that the part paid from the same account, or any, the first ones. */
  private static List<Line> without(List<Line> lines, @Nullable Map<Paid, Long> paid,
      Map<TokenClass, Long> skipped) {
    var rest = new ArrayList<Line>();
    for (Line line : lines) {
      long skip = Math.min(line.tokens(), skipped.getOrDefault(line.tokenClass(), 0L));
      if (paid != null) {
        var from = new Paid(line.tokenClass(), line.account());
        skip = Math.min(skip, paid.getOrDefault(from, 0L));
        paid.merge(from, -skip, Long::sum);
      }
      skipped.merge(line.tokenClass(), -skip, Long::sum);
      long tokens = line.tokens() - skip;
      if (tokens > 0) {
        rest.add(new Line(line.tokenClass(), line.account(), line.kind(), tokens, line.priceRow(),
            line.unitPrice(), Math.multiplyExact(tokens, line.unitPrice())));
      }
    }
    return rest;
  }
}
