package dev.tollgate.exports.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.exports.Books;
import dev.tollgate.exports.Samples;
import dev.tollgate.exports.bundle.MonthBundle;
import dev.tollgate.exports.pdf.InvoicePdf;
import dev.tollgate.tenants.TenantId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands, their exit status and what they say. October is closed, September is being closed, nothing was used in August. */
class OfficeCommandsTest {

  @TempDir
  private Path folder;
  private final ByteArrayOutputStream warnings = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      close 2026-10 | 0 | 2026-10 is closed: drafts for 3 tenants, 7 s
      close 2026-09 | 1 | Another instance is at work: 1 of 3 tenants, 8 a minute, 15 s to go / The close of 2026-09 \
      is still under way: 1 of 3 tenants, 8 a minute, 15 s to go. Close it again to go on waiting.
      close 2026-11 | 1 | Instances of epochs [4, 5] have not settled past the month's end. Close again; from \
      2026-12-01T01:00:00Z on it goes on without them, and with --without-waiting at once.
      close 2026-11 --without-waiting | 0 | 2026-11 is closed: drafts for 3 tenants, 7 s
      close 2026-11 --without-wating | 2 | There is no option --without-wating of close. Usage: {usage}
      close 2026-12 | 1 | The month 2026-12 has not ended. Close 2026-11.
      close | 2 | Usage: {usage}
      close november | 2 | A month is written as 2026-11, not november
      finalise 2026-10 | 0 | 9 invoices of 2026-10 are finalised
      finalise 2026-09 | 1 | Refused 2026-09. Do something else.
      finalise 2026-07 | 1 | 1 drafts are left: their tenants have no billing profile. Record one for each and \
      finalise again.
      finalise 2026-12 | 1 | The month 2026-12 is not closed. Close it first; months that can be closed: [2026-11].
      finalise 2026-10 now | 2 | There is no option now of finalise. Usage: {usage}
      recompute 2026-10 | 1 | INV-2026-000002: deepseek-v3: 5 tokens and an amount of 50 recorded, 4 tokens and an \
      amount of 40 invoiced / INV-2026-000002: net: 5 recomputed, 4 invoiced / 9 invoices of 2026-10 recomputed from usage records, 1 of them differ
      recompute 2026-08 | 1 | Nothing was billed in 2026-08. Name another month; closed are [2026-10, 2026-09, 2026-08].
      recompute 2026-12 | 1 | The month 2026-12 is not closed. Close it first; months that can be closed: [2026-11].
      recompute 2026-13 | 2 | A month is written as 2026-11, not 2026-13
      recompute INV-2026-000001 | 0 | INV-2026-000001 recomputed from usage records: 6 lines of usage, compared \
      usage, sums: no difference
      recompute INV-2026-000002 | 1 | INV-2026-000002: deepseek-v3: 5 tokens and an amount of 50 recorded, 4 tokens \
      and an amount of 40 invoiced / INV-2026-000002: net: 5 recomputed, 4 invoiced / INV-2026-000002 \
      recomputed from usage records: 6 lines of usage, compared usage, sums: it differs
      recompute INV-C2026-000001 | 1 | The document INV-C2026-000001 is a credit note and bills no usage. Recompute \
      the invoice that it credits, INV-2026-000001.
      recompute INV-2026-000099 | 1 | There is no document INV-2026-000099. Name a number such as INV-2026-000001, or \
      a month such as 2026-11.
      export 2026-10 --to={folder}/a.zip --formats=csv,ubl | 0 | 9 files of 2026-10 are in {folder}/a.zip
      export 2026-12 --to={folder}/a.zip | 1 | The month 2026-12 is not closed. Close it first; months that can be \
      closed: [2026-11].
      export 2026-10 --to={folder}/a.zip --tenant=019a0000-0000-7000-8000-00000000000f | 1 | No document of 2026-10 \
      is finalised for this tenant. Finalise the month's drafts first.
      export 2026-10 --to={folder}/there.zip | 1 | There is a file {folder}/there.zip already. Name another one.
      export 2026-10 --to={folder}/none/a.zip | 1 | The archive {folder}/none/a.zip cannot be made there. Name a file \
      in a folder that is there.
      export 2026-10 --to={folder}/a.zip --formats=csv,docx | 2 | There is no format docx; there are \
      pdf,ubl,csv,json,focus,journal
      export 2026-10 --to={folder}/a.zip --tenant=acme | 2 | A tenant is named by its id, such as \
      019a0000-0000-7000-8000-000000000001, not acme
      export 2026-10 --to={folder}/a.zip --tenants=acme | 2 | There is no option --tenants=acme of export. Usage: {usage}
      export 2026-10 | 2 | Name the archive: --to=FILE.zip
      print 2026-10 | 2 | There is no command print. Usage: {usage}
      """, quoteCharacter = '~')
  void answers(String command, int status, String said) throws IOException {
    Files.writeString(folder.resolve("there.zip"), "kept");
    var words = new ByteArrayOutputStream();
    int answered = office(new Desk(), words).run(List.of(named(command).split(" ", -1)));
    assertThat(words.toString(StandardCharsets.UTF_8).strip().replace(System.lineSeparator(), " / "))
        .isEqualTo(named(said));
    assertThat(answered).isEqualTo(status);
    assertThat(warnings.size()).isZero();
    assertThat(folder.resolve("there.zip")).hasContent("kept");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(command.startsWith("export") && status == 0 ? 2 : 1);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      finalise 2026-12 | true | Name one that is, since none can be closed now: [2026-10, 2026-08].
      recompute 2026-12 | true | Name one that is, since none can be closed now: [2026-10, 2026-08].
      export 2026-12 --to={folder}/a.zip | true | Name one that is, since none can be closed now: [2026-10, 2026-08].
      finalise 2026-12 | false | Wait until a month has ended for a tenant with a contract; none can be closed yet.
      export 2026-12 --to={folder}/a.zip | false | Wait until a month has ended for a tenant with a contract; none \
      can be closed yet.
      """)
  void saysWhatIsPossibleWhereNoMonthCanBeClosed(String command, boolean closedBefore, String instead) {
    var words = new ByteArrayOutputStream();
    var idle = new Desk() {
      @Override
      public List<YearMonth> due() {
        return List.of();
      }

      @Override
      public List<Progress> months() {
        return closedBefore ? super.months() : List.of();
      }
    };
    assertThat(office(idle, words).run(List.of(named(command).split(" ", -1)))).isEqualTo(1);
    assertThat(words.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo("The month 2026-12 is not closed. " + instead);
  }

  private String named(String text) {
    return text.replace("{folder}", folder.toString()).replace("{usage}", OfficeCommands.USAGE);
  }

  private OfficeCommands office(Desk desk, ByteArrayOutputStream words) {
    return new OfficeCommands(desk, desk, new MonthBundle(desk, desk, desk, InvoicePdf.withLogo("")),
        new PrintStream(words, true, StandardCharsets.UTF_8),
        new PrintStream(warnings, true, StandardCharsets.UTF_8), () -> true);
  }

  @Test
  void aCloseThatAnotherInstanceEndsIsWaitedFor() {
    var words = new ByteArrayOutputStream();
    var desk = new Desk() {
      private int looks;

      @Override
      public Closing.Outcome close(YearMonth month, String by) {
        return super.close(++looks < 3 ? month : month.plusMonths(1), by);
      }
    };
    assertThat(office(desk, words).run(List.of("close", "2026-09"))).isZero();
    assertThat(words.toString(StandardCharsets.UTF_8).lines()).containsExactly(
        "Another instance is at work: 1 of 3 tenants, 8 a minute, 15 s to go",
        "2026-09 is closed: drafts for 3 tenants, 7 s");
  }

  @Test
  void aCloseThatLacksOnlyWhatCouldNotBeWrittenIsNotWaitedFor() {
    var words = new ByteArrayOutputStream();
    var tenant = new TenantId(UUID.fromString("019a0000-0000-7000-8000-000000000007"));
    var desk = new Desk() {
      @Override
      public Closing.Outcome close(YearMonth month, String by) {
        return new Closing.Outcome.UnderWay(
            new Progress(month, Stage.DRAFTING, 1, 1, 3, 2, Duration.ofSeconds(7),
                Optional.empty(), 1, List.of(new Closing.SetAside(tenant, "The list in BRL has no price"))));
      }
    };
    assertThat(office(desk, words).run(List.of("close", "2026-09"))).isEqualTo(1);
    assertThat(words.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo(
            "2026-09 stays open: 2 of 3 tenants have their drafts, which could not be written for " + tenant
                + " (The list in BRL has no price). Mend what is wrong, and close 2026-09 again.");
  }

  @Test
  void anArchiveThatLacksDraftsIsWarnedOf() {
    var words = new ByteArrayOutputStream();
    var documents = new ArrayList<>(Samples.all());
    documents.add(Samples.draft());
    assertThat(office(new Desk(documents), words)
        .run(List.of("export", "2026-10", "--to=" + folder.resolve("a.zip"), "--formats=csv"))).isZero();
    assertThat(words.toString(StandardCharsets.UTF_8)).startsWith("1 files of 2026-10 are in ");
    assertThat(warnings.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo("1 drafts of 2026-10 are not in the archive. Finalise them and export again.");
  }

  @Test
  void finalisingAgainIsRefused() {
    var words = new ByteArrayOutputStream();
    OfficeCommands office = office(new Desk(), words);
    assertThat(office.run(List.of("finalise", "2026-10"))).isZero();
    words.reset();
    assertThat(office.run(List.of("finalise", "2026-10"))).isEqualTo(1);
    assertThat(words.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo("All are final. Export them.");
  }

  /** Books in which months are closed and finalised, and where one invoice differs from its records. */
  private static class Desk extends Books {

    private static final YearMonth OCTOBER = YearMonth.of(2026, 10);
    private boolean finalised;

    Desk() {
      this(Samples.all());
    }

    Desk(List<Invoice> documents) {
      super(documents);
    }

    @Override
    public Optional<Progress> progress(YearMonth month) {
      return switch (month.toString()) {
        case "2026-07", "2026-08", "2026-10" -> Optional.of(new Progress(month, Stage.DRAFTED, 1, 1, 3, 3,
            Duration.ofSeconds(7), Optional.of(Duration.ZERO), 0, List.of()));
        case "2026-09" ->
          Optional.of(new Progress(month, Stage.DRAFTING, 1, 1, 3, 1, Duration.ofMillis(7_500),
              Optional.of(Duration.ofSeconds(15)), 0, List.of()));
        default -> Optional.empty();
      };
    }

    private Progress told(YearMonth month) {
      return progress(month).orElseThrow();
    }

    @Override
    public List<Progress> months() {
      return Stream.of(OCTOBER, OCTOBER.minusMonths(1), OCTOBER.minusMonths(2)).map(this::told).toList();
    }

    @Override
    public Closing.Outcome close(YearMonth month, String by) {
      return switch (month.toString()) {
        case "2026-09" -> new Closing.Outcome.UnderWay(told(month));
        case "2026-10" -> new Closing.Outcome.Drafted(told(month));
        case "2026-11" -> new Closing.Outcome.Waiting(List.of(4L, 5L), Instant.parse("2026-12-01T01:00:00Z"));
        default -> new Closing.Outcome.Refused("The month " + month + " has not ended", "Close 2026-11");
      };
    }

    @Override
    public Closing.Outcome closeWithoutWaiting(YearMonth month, String by) {
      return new Closing.Outcome.Drafted(new Progress(month, Stage.DRAFTED, 1, 1, 3, 3, Duration.ofSeconds(7),
          Optional.empty(), 0, List.of()));
    }

    @Override
    public MonthOutcome finalise(YearMonth month, String by) {
      return switch (month.toString()) {
        case "2026-07" -> new Finalised(0, List.of(new InvoiceId(new UUID(0, 7))));
        case "2026-10" -> finaliseOctober();
        default -> new Invoices.Outcome.Refused("Refused " + month, "Do something else");
      };
    }

    private MonthOutcome finaliseOctober() {
      boolean again = finalised;
      finalised = true;
      return again ? new Invoices.Outcome.Refused("All are final", "Export them")
          : new Finalised(9, List.of());
    }

    @Override
    public Recomputation recompute(InvoiceId id) {
      boolean exact = !Objects.requireNonNull(find(id).orElseThrow().issue()).number()
          .equals("INV-2026-000002");
      return new Recomputation(id, 6, BigInteger.TEN, BigInteger.TEN,
          Collections.unmodifiableSet(EnumSet.of(Compared.USAGE, Compared.SUMS)), exact ? List.of()
              : List.of(new Difference("deepseek-v3", BigInteger.valueOf(5), BigInteger.valueOf(4),
                  BigInteger.valueOf(50), BigInteger.valueOf(40))),
          exact ? List.of() : List.of(new Mismatch("net", "5", "4")));
    }
  }
}
