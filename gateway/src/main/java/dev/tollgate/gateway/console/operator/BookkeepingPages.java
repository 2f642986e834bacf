package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Payments;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.management.wire.Amount;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What is done to a month and its documents. */
@PageController
class BookkeepingPages {

  private static final int PICO_DIGITS = 12;
  private static final String INVOICES = "/console/invoices";

  private final Closing closing;
  private final Invoices invoices;
  private final Payments payments;

  BookkeepingPages(Closing closing, Invoices invoices, Payments payments) {
    this.closing = closing;
    this.invoices = invoices;
    this.payments = payments;
  }

  @GetMapping(INVOICES + "/close")
  String close(@RequestParam(defaultValue = "") String month, Model model) {
    model.addAttribute("form", closePage(month).empty());
    return Form.VIEW;
  }

  /** Begins a close, which goes on by itself: it takes as long as it takes, and may be begun again at any point. */
  @PostMapping(INVOICES + "/close")
  String close(HttpServletRequest request, PageChange change) {
    Form form = Form.read(closePage(""), request);
    YearMonth month = form.given(form.month("month"));
    boolean waits = !form.isOn("without_waiting");
    return switch (closing.begin(month, change.author(), !waits)) {
      case Closing.Outcome.Drafted _,Closing.Outcome.UnderWay _,Closing.Outcome.Waiting _ -> {
        change.record("month.close", month, null, Map.of("waits", waits));
        yield "redirect:" + INVOICES + "?month=" + month + "&done=close-begun";
      }
      case Closing.Outcome.Refused(String rule, String instead) ->
        throw form.rejected("month", sentences(rule, instead));
    };
  }

  @GetMapping(INVOICES + "/finalise")
  String finalise(@RequestParam String month, Model model) {
    model.addAttribute("form", finalisePage(month).empty());
    return Form.VIEW;
  }

  @PostMapping(INVOICES + "/finalise")
  String finalise(HttpServletRequest request, PageChange change) {
    Form form = Form.read(finalisePage(""), request);
    YearMonth month = form.given(form.month("month"));
    return switch (invoices.finalise(month, change.author())) {
      case Invoices.Finalised(long documents, List<InvoiceId> left) -> {
        change.record("month.finalise", month, null, Map.of("documents", documents, "left", left.size()));
        yield "redirect:" + INVOICES + "?month=" + month + "&done="
            + (left.isEmpty() ? "finalised" : "finalised-but-some");
      }
      case Invoices.Outcome.Refused(_, String rule, String instead, _) ->
        throw form.rejected("month", sentences(rule, instead));
    };
  }

  /** With adjustments that have come since, and the billing profile of now. */
  @PostMapping(INVOICES + "/{invoice}/redraft")
  String redraft(@PathVariable UUID invoice, PageChange change) {
    Invoice found = found(invoice);
    return switch (invoices.redraft(found.id())) {
      case Invoices.Outcome.Done(Invoice draft) -> {
        change.recordFor(found.tenant(), "invoice.redraft", found.id(),
            Map.of("net", amount(found, found.totals().net())),
            Map.of("net", amount(draft, draft.totals().net())));
        yield "redirect:" + INVOICES + "/" + draft.id() + "?done=saved";
      }
      case Invoices.Outcome.Refused _ -> "redirect:" + INVOICES + "/" + invoice + "?done=not-a-draft";
    };
  }

  @GetMapping(INVOICES + "/{invoice}/credit")
  String credit(@PathVariable UUID invoice, Model model) {
    model.addAttribute("form", creditPage(found(invoice)).empty());
    return Form.VIEW;
  }

  @PostMapping(INVOICES + "/{invoice}/credit")
  String credit(@PathVariable UUID invoice, HttpServletRequest request, PageChange change) {
    Invoice found = found(invoice);
    Form form = Form.read(creditPage(found), request);
    Long coins = coins(form, "net", found);
    String reason = form.text("reason");
    form.check();
    return switch (invoices.credit(found.id(), form.given(coins), reason, change.author())) {
      case Invoices.Outcome.Done(Invoice note) -> {
        change.recordFor(found.tenant(), "invoice.credit", found.id(), null,
            Map.of("creditNote", note.id().toString(), "net", amount(note, note.totals().net()), "reason",
                reason));
        yield "redirect:" + INVOICES + "/" + note.id() + "?done=saved";
      }
      case Invoices.Outcome.Refused(String field, String rule, String instead, _) ->
        throw form.rejected(field, sentences(rule, instead));
    };
  }

  @GetMapping(INVOICES + "/{invoice}/payment")
  String payment(@PathVariable UUID invoice, Model model) {
    model.addAttribute("form", paymentPage(found(invoice)).empty());
    return Form.VIEW;
  }

  @PostMapping(INVOICES + "/{invoice}/payment")
  String payment(@PathVariable UUID invoice, HttpServletRequest request, PageChange change) {
    Invoice found = found(invoice);
    Form form = Form.read(paymentPage(found), request);
    Long coins = coins(form, "paid", found);
    String reference = form.text("reference");
    form.check();
    var payment = new Payments.Payment(found.currency(), form.given(coins), reference);
    return switch (payments.pay(found.id(), payment, change.author())) {
      case Payments.Outcome.Recorded(Invoice paid) -> {
        change.recordFor(found.tenant(), "invoice.pay", found.id(), null,
            Map.of("paid", amount(found, payment.amount()), "reference", reference, "state", paid.state()));
        yield "redirect:" + INVOICES + "/" + invoice + "?done=saved";
      }
      case Payments.Outcome.Refused(String field, String rule, String instead, _) ->
        throw form.rejected(field.equals("amount") ? "paid" : field, sentences(rule, instead));
    };
  }

  private static String sentences(String rule, String instead) {
    return rule + " " + instead;
  }

  private static FormPage closePage(String month) {
    return new FormPage("close", INVOICES + "/close", INVOICES, null,
        Field.required("month", Kind.MONTH).with(month), Field.optional("without_waiting", Kind.SWITCH));
  }

  private static FormPage finalisePage(String month) {
    return new FormPage("finalise", INVOICES + "/finalise", INVOICES + "?month=" + month, null,
        Field.required("month", Kind.MONTH).with(month));
  }

  private static FormPage creditPage(Invoice invoice) {
    String path = INVOICES + "/" + invoice.id();
    return new FormPage("credit-note", path + "/credit", path, number(invoice),
        Field.required("net", Kind.MONEY), Field.required("reason", Kind.LONG_TEXT)).taking();
  }

  private static FormPage paymentPage(Invoice invoice) {
    String path = INVOICES + "/" + invoice.id();
    return new FormPage("payment", path + "/payment", path, number(invoice),
        Field.required("paid", Kind.MONEY)
            .with(BigDecimal.valueOf(invoice.totals().open(), invoice.minorDigits()).toPlainString()),
        Field.required("reference", Kind.TEXT));
  }

  /** An amount in the document's smallest coin. */
  private static @Nullable Long coins(Form form, String field, Invoice invoice) {
    BigInteger pico = form.largePico(field);
    if (pico == null) {
      return null;
    }
    BigInteger[] coins = pico.divideAndRemainder(BigInteger.TEN.pow(PICO_DIGITS - invoice.minorDigits()));
    if (coins[1].signum() != 0 || coins[0].signum() == 0) {
      form.refuse(field, "coins", "must be a whole number of the currency's smallest coin, above 0");
    }
    return coins[0].longValueExact();
  }

  /** Coins of the document as the audit log has them. */
  private static Amount amount(Invoice invoice, long coins) {
    return Amount.of(invoice.currency(),
        BigInteger.valueOf(coins).multiply(BigInteger.TEN.pow(PICO_DIGITS - invoice.minorDigits())));
  }

  private static String number(Invoice invoice) {
    Invoice.Issue issue = invoice.issue();
    return issue == null ? "" : issue.number();
  }

  private Invoice found(UUID invoice) {
    return invoices.find(new InvoiceId(invoice)).orElseThrow(PageException.NotFound::new);
  }
}
