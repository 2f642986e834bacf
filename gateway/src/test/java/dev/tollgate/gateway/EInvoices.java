package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.mustangproject.validator.ZUGFeRDValidator;

/** Documents as others judge them: the rules of EN 16931, and for a PDF those of PDF/A-3 by veraPDF. */
final class EInvoices {

  private EInvoices() {}

  /** A PDF with an invoice inside, or an invoice as XML. */
  static void assertValid(byte[] document) {
    var validator = new ZUGFeRDValidator();
    String report = validator.validate(document, document[0] == '%' ? "invoice.pdf" : "invoice.xml");
    assertThat(validator.wasCompletelyValid()).as(report).isTrue();
  }

  /** The names of the e-invoices in a month's archive, all of which are valid. */
  static List<String> assertValidIn(byte[] archive) throws IOException {
    var names = new ArrayList<String>();
    try (var zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().startsWith("pdf/") || entry.getName().startsWith("ubl/")) {
          assertValid(zip.readAllBytes());
          names.add(entry.getName());
        }
      }
    }
    return names;
  }
}
