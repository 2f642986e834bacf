package dev.tollgate.gateway.reminders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.tollgate.billing.Dunning;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.Format;
import dev.tollgate.tenants.TenantId;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** Against a real SMTP server. */
class SmtpRemindersTest {

  private static final InvoiceId INVOICE = new InvoiceId(new UUID(0, 7));

  private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

  @AfterEach
  void stop() {
    server.stop();
  }

  private static SmtpReminders reminders(int port) {
    var sender = new JavaMailSenderImpl();
    sender.setHost("127.0.0.1");
    sender.setPort(port);
    sender.getJavaMailProperties().setProperty("mail.smtp.timeout", "2000");
    sender.getJavaMailProperties().setProperty("mail.smtp.connectiontimeout", "2000");
    return new SmtpReminders(sender, new OnePdf(), "billing@tollgate.example");
  }

  @Test
  void aReminderArrivesWithTheInvoiceAsPdf() throws Exception {
    server.start();
    reminders(server.getSmtp().getPort()).send("accounts@example.com", "Zahlungserinnerung für 北京",
        "Guten Tag,\n", INVOICE);
    assertThat(server.getReceivedMessages()).hasSize(1);
    MimeMessage mail = server.getReceivedMessages()[0];
    assertThat(mail.getSubject()).isEqualTo("Zahlungserinnerung für 北京");
    assertThat(mail.getAllRecipients()[0]).hasToString("accounts@example.com");
    assertThat(mail.getFrom()[0]).hasToString("billing@tollgate.example");
    assertThat(GreenMailUtil.getBody(mail)).contains("Guten Tag,", "invoice.pdf", "application/pdf");
  }

  @Test
  void whereNoServerAnswersItIsCertainThatNothingLeft() throws IOException {
    int port;
    try (ServerSocket unused = new ServerSocket(0)) {
      port = unused.getLocalPort();
    }
    assertThatThrownBy(() -> reminders(port).send("accounts@example.com", "s", "b", INVOICE))
        .isInstanceOf(MailException.class);
  }

  @Test
  void anAddressThatTheServerCannotTakeIsAFailure() {
    server.start();
    assertThatThrownBy(
        () -> reminders(server.getSmtp().getPort()).send("not an address", "s", "b", INVOICE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(server.getReceivedMessages()).isEmpty();
  }

  @Test
  void aServerThatGoesAwayHalfWayLeavesItUncertain() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      Thread.ofVirtual().start(() -> {
        try (var client = silent.accept()) {
          client.getOutputStream().write("220 here\r\n".getBytes(StandardCharsets.US_ASCII));
          client.getInputStream().read();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      assertThatThrownBy(
          () -> reminders(silent.getLocalPort()).send("accounts@example.com", "s", "b", INVOICE))
          .isInstanceOfAny(Dunning.Mail.UncertainException.class, MailException.class);
    }
  }

  /** Every document is the same few bytes. */
  private static final class OnePdf implements Exports {

    @Override
    public Outcome month(YearMonth month, @Nullable TenantId tenant, Set<Format> formats,
        OutputStream archive) {
      return new Outcome.Refused("Not here", "Nowhere");
    }

    @Override
    public long drafts(YearMonth month, @Nullable TenantId tenant) {
      return 0;
    }

    @Override
    public Outcome document(InvoiceId id, Format format, OutputStream file) throws IOException {
      file.write("%PDF-1.7".getBytes(StandardCharsets.US_ASCII));
      return new Outcome.Written(1, 0);
    }
  }
}
