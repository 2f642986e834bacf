package dev.tollgate.gateway.reminders;

import dev.tollgate.billing.Dunning;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.Exports.Outcome;
import dev.tollgate.exports.Format;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.eclipse.angus.mail.util.MailConnectException;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;

/** Sends reminders over SMTP, with the invoice as PDF. */
final class SmtpReminders implements Dunning.Mail {

  private final JavaMailSender sender;
  private final Exports exports;
  private final String from;

  SmtpReminders(JavaMailSender sender, Exports exports, String from) {
    this.sender = sender;
    this.exports = exports;
    this.from = from;
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public void send(String recipient, String subject, String body, InvoiceId invoice) {
    MimeMessage message = message(recipient, subject, body, invoice);
    try {
      sender.send(message);
    } catch (MailSendException e) {
      if (certainlyStayed(e)) {
        throw e;
      }
      throw new UncertainException(e);
    } catch (MailException e) {
      // Before anything was sent: the server does not know us, or the message cannot be written.
      throw e;
    }
  }

  /** Whether no server was reached, or it answered that it does not take the message. */
  private static boolean certainlyStayed(MailSendException e) {
    Stream<Throwable> causes = Stream.concat(Stream.ofNullable(e.getCause()),
        Arrays.stream(e.getMessageExceptions()));
    return causes.allMatch(
        cause -> cause instanceof MailConnectException || cause instanceof SendFailedException);
  }

  private MimeMessage message(String recipient, String subject, String body, InvoiceId invoice) {
    MimeMessage message = sender.createMimeMessage();
    try {
      var helper = new MimeMessageHelper(message, /* multipart= */ true, StandardCharsets.UTF_8.name());
      helper.setFrom(from);
      helper.setTo(recipient);
      helper.setSubject(subject);
      helper.setText(body);
      helper.addAttachment("invoice.pdf", new ByteArrayResource(pdf(invoice)), "application/pdf");
      return message;
    } catch (MessagingException e) {
      throw new IllegalArgumentException("The reminder cannot be written: " + e.getMessage(), e);
    }
  }

  private byte[] pdf(InvoiceId invoice) {
    var file = new ByteArrayOutputStream();
    try {
      if (exports.document(invoice, Format.PDF,
          file) instanceof Outcome.Refused(String rule, String instead)) {
        throw new IllegalStateException(rule + ". " + instead);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }
}
