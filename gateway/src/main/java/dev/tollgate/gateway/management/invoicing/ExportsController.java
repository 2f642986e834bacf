package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.Invoice;
import dev.tollgate.exports.DraftPreviews;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.Exports.Outcome;
import dev.tollgate.exports.Format;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Download;
import dev.tollgate.gateway.management.wire.Gives;
import dev.tollgate.gateway.management.wire.Wire;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Documents that are finalised, as files. */
@ManagementController
class ExportsController {

  private static final String ZIP = "application/zip";
  private static final String PDF = "application/pdf";
  private static final String XML = "application/xml";
  private static final String JSON = "application/json";

  /** How many drafts of the month the archive lacks. */
  private static final String DRAFTS_LEFT_OUT = "Tollgate-Drafts-Left-Out";

  private final Exports exports;
  private final DraftPreviews previews;
  private final Documents documents;

  ExportsController(Exports exports, DraftPreviews previews, Documents documents) {
    this.exports = exports;
    this.previews = previews;
    this.documents = documents;
  }

  /**
   * The invoices that bill a month, and the credit notes and replacements that were issued in it: each document is in the
   * archive of one month. {@code formats} are some of pdf, ubl, csv, json, focus and journal, with commas between; all if
   * absent. Drafts are left out: the header {@code Tollgate-Drafts-Left-Out} and the archive's index say how many.
   */
  @Gives(ZIP)
  @GetMapping(path = "/exports/{month}", produces = ZIP)
  void month(@PathVariable YearMonth month, @RequestParam(required = false) @Nullable String formats,
      HttpServletResponse response) throws IOException {
    export(month, null, formats, "tollgate-" + month + ".zip", response);
  }

  /** The same of one tenant. */
  @Gives(ZIP)
  @GetMapping(path = "/tenants/{tenant}/exports/{month}", produces = ZIP)
  void monthOfTenant(Tenant tenant, @PathVariable YearMonth month,
      @RequestParam(required = false) @Nullable String formats, HttpServletResponse response)
      throws IOException {
    export(month, tenant.id(), formats, "tollgate-" + tenant.slug() + "-" + month + ".zip", response);
  }

  private void export(YearMonth month, @Nullable TenantId tenant, @Nullable String formats, String name,
      HttpServletResponse response) throws IOException {
    var archive = new Download(response, ZIP, name)
        .with(DRAFTS_LEFT_OUT, Long.toString(exports.drafts(month, tenant)));
    requireWritten(exports.month(month, tenant, chosen(formats), archive));
    archive.flush();
  }

  /** {@code format} is pdf, ubl or json. Of a draft there is a PDF only: how it would look if it were finalised now. */
  @Gives({PDF, XML, JSON})
  @GetMapping(path = "/tenants/{tenant}/invoices/{invoice}/files/{format}", produces = {PDF, XML, JSON})
  void document(Tenant tenant, @PathVariable UUID invoice, @PathVariable String format,
      HttpServletResponse response) throws IOException {
    Invoice document = documents.found(tenant, invoice);
    Format wanted = switch (format) {
      case "pdf" -> Format.PDF;
      case "ubl" -> Format.UBL;
      case "json" -> Format.JSON;
      default -> throw Rejection.notFound("format " + format + " of a document, only pdf, ubl and json");
    };
    Invoice.Issue issue = document.issue();
    String name = (issue == null ? "draft-" + document.id() : issue.number())
        + (wanted == Format.UBL ? ".xml" : "." + format);
    var file = new Download(response, mediaType(wanted), name);
    requireWritten(document.state() == Invoice.State.DRAFT && wanted == Format.PDF
        ? previews.pdf(document.id(), file)
        : exports.document(document.id(), wanted, file));
    file.flush();
  }

  private static String mediaType(Format format) {
    return switch (format) {
      case PDF -> PDF;
      case UBL -> XML;
      case JSON -> JSON;
      case CSV, FOCUS, JOURNAL -> throw new IllegalArgumentException(format + " is of a month");
    };
  }

  private static Set<Format> chosen(@Nullable String names) {
    if (names == null) {
      return EnumSet.allOf(Format.class);
    }
    var chosen = EnumSet.noneOf(Format.class);
    for (String name : names.split(",", -1)) {
      chosen.add(
          Arrays.stream(Format.values()).filter(format -> Wire.name(format).equals(name.strip())).findFirst()
              .orElseThrow(() -> Rejection.invalid("formats", "must be some of "
                  + Arrays.stream(Format.values()).map(Wire::name).collect(Collectors.joining(", ")))));
    }
    return chosen;
  }

  private static void requireWritten(Outcome outcome) {
    if (outcome instanceof Outcome.Refused(String rule, String instead)) {
      throw Refusals.conflict("", rule, instead);
    }
  }
}
