package dev.tollgate.gateway.reminders;

import dev.tollgate.billing.Dunning;
import dev.tollgate.exports.Exports;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.javamail.JavaMailSender;

/** Mail is off unless a sender's address is set, along with {@code spring.mail.host}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tollgate.billing.dunning.mail-from")
class RemindersConfiguration {

  @Bean
  Dunning.Mail reminderMail(JavaMailSender sender, Exports exports,
      @Value("${tollgate.billing.dunning.mail-from}") String from) {
    return new SmtpReminders(sender, exports, from);
  }
}
