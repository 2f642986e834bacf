package dev.tollgate.exports.wiring;

import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.LedgerJournal;
import dev.tollgate.billing.Lettering;
import dev.tollgate.exports.DraftPreviews;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.bundle.DraftPages;
import dev.tollgate.exports.bundle.MonthBundle;
import dev.tollgate.exports.pdf.InvoicePdf;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The exports module of an application that has the billing module: {@link Exports}, {@link DraftPreviews} and {@link Lettering}. */
@Configuration(proxyBeanMethods = false)
class ExportsConfiguration {

  @Bean
  InvoicePdf invoicePdf(@Value("${" + InvoicePdf.LOGO + ":}") String logo) {
    return InvoicePdf.withLogo(logo);
  }

  @Bean
  Lettering lettering() {
    return InvoicePdf::lacking;
  }

  @Bean
  Exports exports(Invoices invoices, Closing closing, LedgerJournal journal, InvoicePdf pages) {
    return new MonthBundle(invoices, closing, journal, pages);
  }

  @Bean
  DraftPreviews draftPreviews(Invoices invoices, BillingProfiles profiles, InvoicePdf pages, Clock clock) {
    return new DraftPages(invoices, profiles, pages, clock);
  }
}
