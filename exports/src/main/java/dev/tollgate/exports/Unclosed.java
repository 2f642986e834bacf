package dev.tollgate.exports;

import dev.tollgate.billing.Closing;
import dev.tollgate.exports.Exports.Outcome;
import java.time.YearMonth;
import java.util.List;

/** What is answered about a month that is not closed. */
public final class Unclosed {

  private Unclosed() {}

  /** Says that it is not, and what can be done: close it, name another month, or wait for one to end. */
  public static Outcome.Refused refuse(YearMonth month, Closing closing) {
    return new Outcome.Refused("The month " + month + " is not closed", instead(closing));
  }

  private static String instead(Closing closing) {
    List<YearMonth> due = closing.due();
    if (!due.isEmpty()) {
      return "Close it first; months that can be closed: " + due;
    }
    List<YearMonth> closed = closing.months().stream()
        .filter(each -> each.stage() == Closing.Stage.DRAFTED).map(Closing.Progress::month).toList();
    return closed.isEmpty()
        ? "Wait until a month has ended for a tenant with a contract; none can be closed yet"
        : "Name one that is, since none can be closed now: " + closed;
  }
}
