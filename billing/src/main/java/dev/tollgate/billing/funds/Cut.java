package dev.tollgate.billing.funds;

import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * How a need would be cut out of the funds at hand, in drawing order. A fund is passed over only if the database has no
 * more of it, or nobody will ask. Takes nothing by itself; used under the lock of the {@link TenantShare}.
 */
final class Cut {

  private final List<FundShare> funds;
  private final Need need;
  private final boolean partly;
  private final long[] left;
  private final List<Slice> input = new ArrayList<>(2);
  private final List<Slice> output = new ArrayList<>(2);
  private final long inputMissing;
  private final long outputMissing;

  /**
   * @param budget what may be taken from money at most
   * @param partly whether less output will do, at least one token, and a fund may be passed over unasked
   */
  Cut(List<FundShare> funds, Need need, long budget, boolean partly) {
    this.funds = funds;
    this.need = need;
    this.partly = partly;
    this.left = new long[funds.size()];
    for (int i = 0; i < left.length; i++) {
      FundShare fund = funds.get(i);
      long available = fund.mayServe(need) ? fund.available() : -1;
      left[i] = fund.kind() == FundKind.MONEY ? Math.min(available, budget) : available;
    }
    inputMissing = slice(true, input);
    outputMissing = inputMissing > 0 ? need.output() : slice(false, output);
  }

  private long slice(boolean prompt, List<Slice> slices) {
    long missing = prompt ? need.input() : need.output();
    for (int i = 0; i < left.length && missing > 0; i++) {
      if (left[i] < 0) {
        continue;
      }
      FundShare fund = funds.get(i);
      long unitPrice = prompt ? need.inputPrice(fund.kind()) : need.outputPrice(fund.kind());
      long covered = unitPrice == 0 ? missing : Math.min(missing, left[i] / unitPrice);
      if (covered > 0) {
        slices.add(new Slice(fund.account(), fund.kind(), covered, unitPrice, need.prices()));
        left[i] -= covered * unitPrice;
        missing -= covered;
      }
      if (missing > 0 && !partly && !fund.isDrained()) {
        return missing;
      }
    }
    return missing;
  }

  /** Whether it is all that is needed, or enough where less will do. */
  boolean suffices() {
    return inputMissing == 0 && (outputMissing == 0 || (partly && outputMissing < need.output()));
  }

  List<Slice> input() {
    return input;
  }

  List<Slice> output() {
    return output;
  }

  long outputTokens() {
    return need.output() - outputMissing;
  }
}
