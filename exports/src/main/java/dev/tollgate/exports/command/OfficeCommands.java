package dev.tollgate.exports.command;

import dev.tollgate.billing.BilledMonth;
import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Invoices.Recomputation;
import dev.tollgate.exports.Amounts;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.Unclosed;
import java.io.PrintStream;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What an accountant does, as commands: {@value #USAGE}. */
public final class OfficeCommands {

  public static final String USAGE = "close MONTH [--without-waiting] | finalise MONTH"
      + " | recompute MONTH|NUMBER | export MONTH --to=FILE.zip [--tenant=ID] [--formats=pdf,ubl,csv,json,focus,journal]";

  private static final String WITHOUT_WAITING = "--without-waiting";
  private static final Pattern MONTH = Pattern.compile("\\d{4}-\\d{2}");
  private static final String BY = "command line";

  private final Closing closing;
  private final Invoices invoices;
  private final CloseCommand closeCommand;
  private final ExportCommand exporting;
  private final Answers answers;

  /**
   * Commands that say what came of them.
   *
   * @param warnings what must not be missed where it is done all the same
   * @param pause between looks at a close that another instance works on
   */
  public OfficeCommands(Closing closing, Invoices invoices, Exports exports, PrintStream out,
      PrintStream warnings, Pause pause) {
    this.closing = closing;
    this.invoices = invoices;
    this.answers = new Answers(out, warnings);
    this.closeCommand = new CloseCommand(closing, BY, pause, answers);
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
        case "close" -> closeCommand.run(BilledMonth.parse(about), options.contains(WITHOUT_WAITING));
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

  private int finalise(YearMonth month) {
    if (closing.progress(month).isEmpty()) {
      return notClosed(month);
    }
    return switch (invoices.finalise(month, BY)) {
      case Invoices.Finalised(long documents, List<InvoiceId> left) ->
        finalised(month, documents, left.size());
      case Invoices.Outcome.Refused(_, String rule, String instead, _) -> answers.refused(rule, instead);
    };
  }

  private int finalised(YearMonth month, long documents, int left) {
    if (documents > 0) {
      answers.say(documents + " invoices of " + month + " are finalised");
    }
    return left == 0 ? Answers.DONE
        : answers.refused(left + " drafts are left: their tenants have no billing profile",
            "Record one for each and finalise again");
  }

  private int notClosed(YearMonth month) {
    Exports.Outcome.Refused refused = Unclosed.refuse(month, closing);
    return answers.refused(refused.rule(), refused.instead());
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
    answers.say(number + " recomputed from usage records: " + result.lines() + " lines of usage, compared "
        + result.compared().stream().map(each -> each.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "))
        + ": " + (exact ? "no difference" : "it differs"));
    return exact ? Answers.DONE : Answers.REFUSED;
  }

  private boolean isExact(Invoice invoice, Recomputation result) {
    result.differences()
        .forEach(each -> answers.say(name(invoice) + ": " + each.what() + ": " + each.recordsTokens()
            + " tokens and an amount of " + each.recordsAmount() + " recorded, " + each.invoiceTokens()
            + " tokens and an amount of " + each.invoiceAmount() + " invoiced"));
    result.mismatches().forEach(each -> answers.say(name(invoice) + ": " + each.what() + ": "
        + each.recomputed() + " recomputed, " + each.invoiced() + " invoiced"));
    return result.exact();
  }

  private static String name(Invoice invoice) {
    return invoice.state() == State.DRAFT ? "draft " + invoice.id() : Amounts.issue(invoice).number();
  }
}
