package dev.tollgate.exports.command;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Invoices.Recomputation;
import dev.tollgate.exports.Amounts;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.Format;
import dev.tollgate.tenants.TenantId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What an accountant does, as commands: {@value #USAGE}. */
public final class OfficeCommands {

  public static final String USAGE = "close MONTH [--without-waiting] | finalise MONTH | recompute MONTH"
      + " | export MONTH --to=FILE.zip [--tenant=ID] [--formats=pdf,ubl,csv,json,focus,journal]";

  private static final int DONE = 0;
  private static final int REFUSED = 1;
  private static final int MISUSED = 2;
  private static final String BY = "command line";

  private final Closing closing;
  private final Invoices invoices;
  private final Exports exports;
  private final PrintStream out;

  public OfficeCommands(Closing closing, Invoices invoices, Exports exports, PrintStream out) {
    this.closing = closing;
    this.invoices = invoices;
    this.exports = exports;
    this.out = out;
  }

  /**
   * Carries out one command.
   *
   * @return an exit status: 0 done, 1 refused or not exact, 2 misused
   */
  public int run(List<String> arguments) {
    if (arguments.size() < 2) {
      return misused("Usage: " + USAGE);
    }
    try {
      YearMonth month = YearMonth.parse(arguments.get(1));
      List<String> options = arguments.subList(2, arguments.size());
      return switch (arguments.getFirst()) {
        case "close" -> close(month, options.contains("--without-waiting"));
        case "finalise" -> finalise(month);
        case "recompute" -> recompute(month);
        case "export" -> export(month, options);
        default -> misused("There is no command " + arguments.getFirst() + ". Usage: " + USAGE);
      };
    } catch (DateTimeException e) {
      return misused("A month is written as 2026-11, not " + arguments.get(1));
    }
  }

  private int close(YearMonth month, boolean withoutWaiting) {
    return switch (withoutWaiting ? closing.closeWithoutWaiting(month, BY) : closing.close(month, BY)) {
      case Closing.Outcome.Drafted(Closing.Progress progress) -> done(month + " is closed: drafts for "
          + progress.tenants() + " tenants, " + seconds(progress.elapsed()));
      case Closing.Outcome.UnderWay(Closing.Progress progress) -> done("Another instance is at work: "
          + progress.tenantsDone() + " of " + progress.tenants() + " tenants, " + progress.tenantsPerMinute()
          + " a minute" + progress.remaining().map(left -> ", " + seconds(left) + " to go").orElse(""));
      case Closing.Outcome.Waiting waiting -> refused("Instances of epochs " + waiting.epochs()
          + " have not settled past the month's end",
          "Close again; from " + waiting.until()
              + " on it goes on without them, and with --without-waiting at once");
      case Closing.Outcome.Refused(String rule, String instead) -> refused(rule, instead);
    };
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + " s";
  }

  private int finalise(YearMonth month) {
    Invoices.Finalised finalised = invoices.finalise(month, BY);
    out.println(finalised.documents() + " invoices of " + month + " are finalised");
    return finalised.left().isEmpty() ? DONE
        : refused(finalised.left().size() + " drafts are left: their tenants have no billing profile",
            "Record one for each and finalise again");
  }

  private int recompute(YearMonth month) {
    var compared = new AtomicInteger();
    var wrong = new AtomicInteger();
    invoices.forEach(month, null, invoice -> {
      if (invoice.kind() == Invoice.Kind.INVOICE) {
        Recomputation result = invoices.recompute(invoice.id());
        compared.incrementAndGet();
        if (!result.exact()) {
          wrong.incrementAndGet();
          result.differences().forEach(difference -> out.println(name(invoice) + ": " + difference));
        }
      }
    });
    out.println(
        compared + " invoices of " + month + " recomputed from usage records, " + wrong + " of them differ");
    return wrong.get() == 0 ? DONE : REFUSED;
  }

  private static String name(Invoice invoice) {
    return invoice.state() == State.DRAFT ? "draft " + invoice.id() : Amounts.issue(invoice).number();
  }

  private int export(YearMonth month, List<String> options) {
    String file = option(options, "--to=");
    if (file == null) {
      return misused("Name the archive: --to=FILE.zip");
    }
    try {
      String tenant = option(options, "--tenant=");
      String formats = option(options, "--formats=");
      return export(month, tenant == null ? null : new TenantId(UUID.fromString(tenant)), formats(formats),
          Path.of(file));
    } catch (IllegalArgumentException e) {
      return misused("An option says what there is not: " + e.getMessage());
    }
  }

  private int export(YearMonth month, @Nullable TenantId tenant, Set<Format> formats, Path file) {
    try {
      Exports.Outcome outcome;
      try (OutputStream archive = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        outcome = exports.month(month, tenant, formats, archive);
      }
      return switch (outcome) {
        case Exports.Outcome.Written(long files) -> done(files + " files of " + month + " are in " + file);
        case Exports.Outcome.Refused(String rule, String instead) -> {
          Files.delete(file);
          yield refused(rule, instead);
        }
      };
    } catch (FileAlreadyExistsException e) {
      return refused("There is a file " + file + " already", "Name another one");
    } catch (IOException e) {
      throw new UncheckedIOException("The archive " + file + " could not be written", e);
    }
  }

  private static Set<Format> formats(@Nullable String names) {
    if (names == null) {
      return EnumSet.allOf(Format.class);
    }
    var formats = EnumSet.noneOf(Format.class);
    Arrays.stream(names.split(",", -1)).map(name -> Format.valueOf(name.strip().toUpperCase(Locale.ROOT)))
        .forEach(formats::add);
    return formats;
  }

  private static @Nullable String option(List<String> options, String name) {
    return options.stream().filter(option -> option.startsWith(name))
        .map(option -> option.substring(name.length()))
        .findFirst().orElse(null);
  }

  private int done(String what) {
    out.println(what);
    return DONE;
  }

  private int refused(String rule, String instead) {
    out.println(rule + ". " + instead + ".");
    return REFUSED;
  }

  private int misused(String what) {
    out.println(what);
    return MISUSED;
  }
}
