package dev.tollgate.exports.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.exports.Books;
import dev.tollgate.exports.Exports.Outcome;
import dev.tollgate.exports.Format;
import dev.tollgate.exports.Samples;
import dev.tollgate.exports.pdf.InvoicePdf;
import dev.tollgate.tenants.TenantId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MonthBundleTest {

  private static final YearMonth OCTOBER = YearMonth.of(2026, 10);

  private final Books books = Books.ofSamples();
  private final MonthBundle exports = new MonthBundle(books, books, books, InvoicePdf.withLogo(""));

  private static Map<String, byte[]> files(byte[] archive) throws IOException {
    var files = new LinkedHashMap<String, byte[]>();
    try (var zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    return files;
  }

  private static String text(Map<String, byte[]> files, String name) {
    return new String(Objects.requireNonNull(files.get(name)), StandardCharsets.UTF_8);
  }

  private byte[] tables() throws IOException {
    var archive = new ByteArrayOutputStream();
    assertThat(exports.month(OCTOBER, null, EnumSet.complementOf(EnumSet.of(Format.PDF)), archive))
        .isEqualTo(new Outcome.Written(8 + 5, 0));
    return archive.toByteArray();
  }

  @Test
  void theIndexTellsTheSizeAndTheChecksumOfEveryFile() throws IOException, NoSuchAlgorithmException {
    Map<String, byte[]> files = files(tables());
    List<String> index = text(files, "index.csv").lines().skip(1).toList();
    assertThat(index).hasSize(files.size() - 1);
    for (String row : index) {
      String[] fields = row.split(",", -1);
      byte[] file = Objects.requireNonNull(files.get(fields[0]));
      assertThat(file).hasSize(Integer.parseInt(fields[1]));
      assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file)))
          .isEqualTo(fields[2]);
    }
  }

  @Test
  void anArchiveThatLacksDraftsSaysSoBesideEachOfItsFiles() throws IOException {
    var documents = new ArrayList<>(Samples.all());
    documents.add(Samples.draft());
    documents.add(Samples.draft());
    var some = new Books(documents);
    var archive = new ByteArrayOutputStream();
    assertThat(new MonthBundle(some, some, some, InvoicePdf.withLogo("")).month(OCTOBER, null,
        Set.of(Format.CSV, Format.JSON), archive)).isEqualTo(new Outcome.Written(2, 2));
    assertThat(text(files(archive.toByteArray()), "index.csv").lines())
        .satisfiesExactly(head -> assertThat(head).isEqualTo("name,bytes,sha256,drafts_left_out,note,month"),
            lines -> assertThat(lines).startsWith("lines.csv,")
                .endsWith(",2,2 drafts of 2026-10 are not in the archive,2026-10"),
            json -> assertThat(json).startsWith("documents.jsonl,")
                .endsWith(",2,2 drafts of 2026-10 are not in the archive,2026-10"));
  }

  @Test
  void whatCorrectsADocumentIsInTheArchiveOfTheMonthInWhichItWasIssued() throws IOException {
    var november = new Books(Samples.all()) {
      @Override
      public Optional<Progress> progress(YearMonth month) {
        return super.progress(OCTOBER);
      }
    };
    var archive = new ByteArrayOutputStream();
    assertThat(new MonthBundle(november, november, november, InvoicePdf.withLogo("")).month(
        OCTOBER.plusMonths(1), null, Set.of(Format.UBL, Format.JSON), archive))
        .isEqualTo(new Outcome.Written(3, 0));
    Map<String, byte[]> files = files(archive.toByteArray());
    assertThat(files).containsOnlyKeys("ubl/INV-C2026-000001.xml", "ubl/INV-2026-000006.xml",
        "documents.jsonl", "index.csv");
    assertThat(text(files, "documents.jsonl").lines()).allSatisfy(
        document -> assertThat(document).contains("\"month\":\"2026-10\"", "\"exported_with\":\"2026-11\""));
    // A document is for the month that it bills, a table for the archive's.
    assertThat(text(files, "index.csv").lines().skip(1).map(row -> row.replaceAll(",.*,", " ")))
        .containsExactlyInAnyOrder("ubl/INV-C2026-000001.xml 2026-10", "ubl/INV-2026-000006.xml 2026-10",
            "documents.jsonl 2026-11");
    assertThat(files(tables())).doesNotContainKeys("ubl/INV-C2026-000001.xml", "ubl/INV-2026-000006.xml");
  }

  @Test
  void whatIsFinalisedWhileAnArchiveIsWrittenIsInNoneOfItsFiles() throws IOException {
    var documents = new ArrayList<>(Samples.all());
    documents.removeLast();
    var begun = new AtomicBoolean();
    var growing = new Books(documents) {
      @Override
      public boolean isAnyExported(YearMonth month, @Nullable TenantId tenant) {
        boolean any = super.isAnyExported(month, tenant);
        begun.set(true);
        return any;
      }

      @Override
      public void forEachExported(Numbered by, YearMonth month, @Nullable TenantId tenant,
          Consumer<Invoice> each) {
        super.forEachExported(by, month, tenant, each);
        if (begun.get() && documents.size() < Samples.all().size()) {
          documents.add(Samples.all().getLast());
        }
      }
    };
    var archive = new ByteArrayOutputStream();
    assertThat(new MonthBundle(growing, growing, growing, InvoicePdf.withLogo("")).month(OCTOBER, null,
        EnumSet.complementOf(EnumSet.of(Format.PDF, Format.JOURNAL)), archive))
        .isEqualTo(new Outcome.Written(7 + 4, 0));
    assertThat(documents).hasSize(10);
    files(archive.toByteArray())
        .forEach((name, file) -> assertThat(new String(file, StandardCharsets.UTF_8)).as(name)
            .doesNotContain("INV-2026-000009"));
  }

  @Test
  void theSameMonthMakesTheSameArchive() throws IOException {
    assertThat(tables()).isEqualTo(tables());
  }

  @Test
  void theJournalKeepsEveryDigitAndNoFormulas() throws IOException {
    assertThat(
        text(files(tables()), "journal.csv").lines().skip(1).toList())
        .satisfiesExactly(
            row -> assertThat(row).contains(",MONEY,REVENUE,USD,1.500000000001,USAGE,"),
            row -> assertThat(row).contains(",FREE_ALLOWANCE,ALLOWANCE_USED,TOKEN,700,USAGE,'=SUM(A1)"));
  }

  @Test
  void aMonthThatIsNotClosedIsRefused() throws IOException {
    var archive = new ByteArrayOutputStream();
    assertThat(exports.month(YearMonth.of(2026, 12), null, Set.of(Format.CSV), archive))
        .isEqualTo(new Outcome.Refused("The month 2026-12 is not closed",
            "Close it first; months that can be closed: [2026-11]"));
    assertThat(archive.size()).isZero();
  }

  @Test
  void whereNoMonthCanBeClosedARefusalSaysSo() throws IOException {
    var archive = new ByteArrayOutputStream();
    var idle = new Books(List.of()) {
      @Override
      public List<YearMonth> due() {
        return List.of();
      }
    };
    assertThat(new MonthBundle(idle, idle, idle, InvoicePdf.withLogo("")).month(YearMonth.of(2026, 12), null,
        Set.of(Format.CSV), archive))
        .isEqualTo(new Outcome.Refused("The month 2026-12 is not closed",
            "Name one that is, since none can be closed now: [2026-10]"));
    assertThat(archive.size()).isZero();
  }

  @Test
  void aMonthWithoutFinalisedDocumentsIsRefused() throws IOException {
    var none = new Books(List.of());
    assertThat(
        new MonthBundle(none, none, none, InvoicePdf.withLogo("")).month(OCTOBER, null, Set.of(Format.CSV),
            new ByteArrayOutputStream()))
        .isEqualTo(
            new Outcome.Refused("No document of 2026-10 is finalised", "Finalise the month's drafts first"));
  }

  @Test
  void anUnknownDocumentIsRefused() throws IOException {
    assertThat(exports.document(new InvoiceId(new UUID(0, 0)), Format.PDF, new ByteArrayOutputStream()))
        .isInstanceOf(Outcome.Refused.class);
  }
}
