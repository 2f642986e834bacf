package dev.tollgate.exports.command;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Closing.Outcome;
import dev.tollgate.billing.Closing.Progress;
import java.time.Duration;
import java.time.YearMonth;
import java.util.stream.Collectors;

/**
 * Closes a month and ends when all its drafts are there, also where other instances write some of them: what follows on the
 * same line of a shell finds the month whole.
 */
final class CloseCommand {

  private static final int LOOKS = 600;

  private final Closing closing;
  private final String by;
  private final Pause pause;
  private final Answers answers;

  CloseCommand(Closing closing, String by, Pause pause, Answers answers) {
    this.closing = closing;
    this.by = by;
    this.pause = pause;
    this.answers = answers;
  }

  int run(YearMonth month, boolean withoutWaiting) {
    Outcome outcome = close(month, withoutWaiting);
    if (outcome instanceof Outcome.UnderWay(Progress progress) && !progress.lacksOnlyWhatIsSetAside()) {
      answers.say("Another instance is at work: " + pace(progress));
    }
    for (int look = 1; goesOn(outcome) && look < LOOKS && pause.passes(); look++) {
      outcome = close(month, withoutWaiting);
    }
    return switch (outcome) {
      case Outcome.Drafted(Progress progress) ->
        answers.done(month + " is closed: drafts for "
            + progress.tenants() + " tenants, " + seconds(progress.elapsed()));
      case Outcome.UnderWay(Progress progress) when progress.lacksOnlyWhatIsSetAside() ->
        answers.refused(setAside(progress), "Mend what is wrong, and close " + month + " again");
      case Outcome.UnderWay(Progress progress) ->
        answers.refused("The close of " + month + " is still under way: " + pace(progress),
            "Close it again to go on waiting");
      case Outcome.Waiting waiting -> answers.refused("Instances of epochs " + waiting.epochs()
          + " have not settled past the month's end",
          "Close again; from " + waiting.until()
              + " on it goes on without them, and with --without-waiting at once");
      case Outcome.Refused(String rule, String instead) -> answers.refused(rule, instead);
    };
  }

  private static boolean goesOn(Outcome outcome) {
    return outcome instanceof Outcome.UnderWay(Progress progress) && !progress.lacksOnlyWhatIsSetAside();
  }

  private static String setAside(Progress progress) {
    return progress.month() + " stays open: " + progress.tenantsDone() + " of " + progress.tenants()
        + " tenants have their drafts, which could not be written for " + progress.setAside().stream()
            .map(each -> each.tenant() + " (" + each.why().strip() + ")").collect(Collectors.joining(", "))
        + (progress.tenantsSetAside() > progress.setAside().size() ? " and others" : "");
  }

  private Outcome close(YearMonth month, boolean withoutWaiting) {
    return withoutWaiting ? closing.closeWithoutWaiting(month, by) : closing.close(month, by);
  }

  private static String pace(Progress progress) {
    return progress.tenantsDone() + " of " + progress.tenants() + " tenants, " + progress.tenantsPerMinute()
        + " a minute" + progress.remaining().map(left -> ", " + seconds(left) + " to go").orElse("");
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + " s";
  }
}
