package dev.tollgate.gateway.console.portal;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.Format;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.UUID;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** A tenant's invoices, without drafts, to read and to keep. */
@PageController
class InvoicePages {

  private final Invoices invoices;
  private final Exports exports;

  InvoicePages(Invoices invoices, Exports exports) {
    this.invoices = invoices;
    this.exports = exports;
  }

  @GetMapping("/portal/{tenant}/invoices")
  String list(Tenant tenant, HttpServletRequest request, Model model) {
    Asked<Invoices.Order> asked = Asked.of(request, Invoices.Order.MONTH, true);
    model.addAttribute("invoices", asked
        .table(invoices.list(new Invoices.Filter(tenant.id(), null, null, true), asked.slice()),
            Invoice::id));
    return "portal/invoices";
  }

  @GetMapping("/portal/{tenant}/invoices/{invoice}/pdf")
  void pdf(Tenant tenant, @PathVariable UUID invoice, HttpServletResponse response) throws IOException {
    Invoice found = invoices.find(new InvoiceId(invoice))
        .filter(one -> one.tenant().equals(tenant.id()) && one.issue() != null)
        .orElseThrow(PageException.NotFound::new);
    var file = new ByteArrayOutputStream();
    exports.document(found.id(), Format.PDF, file);
    String name = found.issue() == null ? "" : found.issue().number();
    response.setContentType("application/pdf");
    response.setHeader(HttpHeaders.CONTENT_DISPOSITION,
        ContentDisposition.attachment().filename(name + ".pdf").build().toString());
    response.setContentLength(file.size());
    file.writeTo(response.getOutputStream());
  }
}
