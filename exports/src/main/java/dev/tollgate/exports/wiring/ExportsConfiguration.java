package dev.tollgate.exports.wiring;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.LedgerJournal;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.bundle.MonthBundle;
import dev.tollgate.exports.pdf.InvoicePdf;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The exports module of an application that has the billing module. Offers {@link Exports}. */
@Configuration(proxyBeanMethods = false)
class ExportsConfiguration {

  @Bean
  Exports exports(Invoices invoices, Closing closing, LedgerJournal journal,
      @Value("${" + InvoicePdf.LOGO + ":}") String logo) {
    return new MonthBundle(invoices, closing, journal, InvoicePdf.withLogo(logo));
  }
}
