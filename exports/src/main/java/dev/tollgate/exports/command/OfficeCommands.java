package dev.tollgate.exports.command;

import dev.tollgate.billing.BilledMonth;
import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Invoices.Filter;
import dev.tollgate.billing.Invoices.Recomputation;
import dev.tollgate.exports.Amounts;
import dev.tollgate.exports.Exports;
import java.io.PrintStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** What an accountant does, as commands: {@value #USAGE}. */
public final class OfficeCommands {

  public static final String USAGE = "close MONTH [--without-waiting] | finalise MONTH"
      + " | recompute MONTH|NUMBER | export MONTH --to=FILE.zip [--tenant=ID] [--formats=pdf,ubl,csv,json,focus,journal]";

  private static final String WITHOUT_WAITING = "--without-waiting";
  private static final Pattern MONTH = Pattern.compile("\\d{4}-\\d{2}");
  private static final String BY = "command line";

  private final Closing closing;
  private final Invoices invoices;
  private final ExportCommand exporting;
  private final Answers answers;

  public OfficeCommands(Closing closing, Invoices invoices, Exports exports, PrintStream out) {
    this.closing = closing;
    this.invoices = invoices;
    this.answers = new Answers(out);
    this.exporting = new ExportCommand(exports, answers);
  }

  /**
   * Carries out one command.
   *
   * @return an exit status: 0 done, 1 refused or not exact, 2 misused
   */
  public int run(List<String> arguments) {
    if (arguments.size() < 2) {
      return answers.misused("Usage: " + USAGE);
    }
    String command = arguments.getFirst();
    String about = arguments.get(1);
    List<String> options = arguments.subList(2, arguments.size());
    Optional<String> unknown = options.stream().filter(option -> isUnknown(command, option)).findFirst();
    if (unknown.isPresent()) {
      return answers.misused("There is no option " + unknown.get() + " of " + command + ". Usage: " + USAGE);
    }
    try {
      return switch (command) {
        case "close" -> close(BilledMonth.parse(about), options.contains(WITHOUT_WAITING));
        case "finalise" -> finalise(BilledMonth.parse(about));
        case "recompute" ->
          MONTH.matcher(about).matches() ? recompute(BilledMonth.parse(about)) : recompute(about);
        case "export" -> exporting.run(BilledMonth.parse(about), options);
        default -> answers.misused("There is no command " + command + ". Usage: " + USAGE);
      };
    } catch (DateTimeException e) {
      return answers.misused("A month is written as 2026-11, not " + about);
    }
  }

  /** A mistyped option must not be passed over: without its tenant, an archive would hold the documents of all. */
  private static boolean isUnknown(String command, String option) {
    return switch (command) {
      case "close" -> !option.equals(WITHOUT_WAITING);
      case "export" -> ExportCommand.OPTIONS.stream().noneMatch(option::startsWith);
      case "finalise", "recompute" -> true;
      default -> false;
    };
  }

  private int close(YearMonth month, boolean withoutWaiting) {
    return switch (withoutWaiting ? closing.closeWithoutWaiting(month, BY) : closing.close(month, BY)) {
      case Closing.Outcome.Drafted(Closing.Progress progress) ->
        answers.done(month + " is closed: drafts for "
            + progress.tenants() + " tenants, " + seconds(progress.elapsed()));
      case Closing.Outcome.UnderWay(Closing.Progress progress) -> answers.done("Another instance is at work: "
          + progress.tenantsDone() + " of " + progress.tenants() + " tenants, " + progress.tenantsPerMinute()
          + " a minute" + progress.remaining().map(left -> ", " + seconds(left) + " to go").orElse(""));
      case Closing.Outcome.Waiting waiting -> answers.refused("Instances of epochs " + waiting.epochs()
          + " have not settled past the month's end",
          "Close again; from " + waiting.until()
              + " on it goes on without them, and with --without-waiting at once");
      case Closing.Outcome.Refused(String rule, String instead) -> answers.refused(rule, instead);
    };
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + " s";
  }

  private int finalise(YearMonth month) {
    Optional<Closing.Progress> close = closing.progress(month);
    if (close.isEmpty()) {
      return notClosed(month);
    }
    Invoices.Finalised finalised = invoices.finalise(month, BY);
    if (finalised.documents() > 0) {
      answers.say(finalised.documents() + " invoices of " + month + " are finalised");
    }
    if (!finalised.left().isEmpty()) {
      return answers.refused(
          finalised.left().size() + " drafts are left: their tenants have no billing profile",
          "Record one for each and finalise again");
    }
    return finalised.documents() > 0 ? Answers.DONE : nothingToFinalise(close.get());
  }

  private int nothingToFinalise(Closing.Progress close) {
    if (close.stage() != Closing.Stage.DRAFTED) {
      return answers.refused("The close of " + close.month() + " is still under way, with drafts for "
          + close.tenantsDone() + " of " + close.tenants() + " tenants",
          "Close it again until it says that it is closed, then finalise");
    }
    return invoices.list(new Filter(null, close.month(), null, false), 1, null).isEmpty()
        ? nothingBilled(close.month())
        : answers.refused("All invoices of " + close.month() + " are finalised already",
            "Export them, or correct one by a credit note");
  }

  private int notClosed(YearMonth month) {
    List<YearMonth> due = closing.due();
    return answers.refused("The month " + month + " is not closed",
        due.isEmpty() ? "No month has ended that could be closed"
            : "Close it first; months that can be closed: " + due);
  }

  private int nothingBilled(YearMonth month) {
    return answers.refused("Nothing was billed in " + month,
        "Name another month; closed are " + closing.months().stream().map(Closing.Progress::month).toList());
  }

  private int recompute(YearMonth month) {
    if (closing.progress(month).isEmpty()) {
      return notClosed(month);
    }
    var compared = new AtomicInteger();
    var wrong = new AtomicInteger();
    invoices.forEach(month, null, invoice -> {
      if (invoice.kind() == Invoice.Kind.INVOICE) {
        compared.incrementAndGet();
        wrong.addAndGet(isExact(invoice, invoices.recompute(invoice.id())) ? 0 : 1);
      }
    });
    if (compared.get() == 0) {
      return nothingBilled(month);
    }
    answers.say(
        compared + " invoices of " + month + " recomputed from usage records, " + wrong + " of them differ");
    return wrong.get() == 0 ? Answers.DONE : Answers.REFUSED;
  }

  private int recompute(String number) {
    Optional<Invoice> found = invoices.findByNumber(number);
    if (found.isEmpty()) {
      return answers.refused("There is no document " + number,
          "Name a number such as INV-2026-000001, or a month such as 2026-11");
    }
    Invoice.Corrected credited = found.get().corrects();
    if (found.get().kind() == Invoice.Kind.CREDIT_NOTE && credited != null) {
      return answers.refused("The document " + number + " is a credit note and bills no usage",
          "Recompute the invoice that it credits, " + credited.number());
    }
    Recomputation result = invoices.recompute(found.get().id());
    boolean exact = isExact(found.get(), result);
    answers.say(number + " recomputed from usage records: " + result.lines() + " lines of usage, "
        + result.differences().size() + " of them differ");
    return exact ? Answers.DONE : Answers.REFUSED;
  }

  private boolean isExact(Invoice invoice, Recomputation result) {
    result.differences()
        .forEach(each -> answers.say(name(invoice) + ": " + each.what() + ": " + each.recordsTokens()
            + " tokens and an amount of " + each.recordsAmount() + " recorded, " + each.invoiceTokens()
            + " tokens and an amount of " + each.invoiceAmount() + " invoiced"));
    return result.exact();
  }

  private static String name(Invoice invoice) {
    return invoice.state() == State.DRAFT ? "draft " + invoice.id() : Amounts.issue(invoice).number();
  }
}
