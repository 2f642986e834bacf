package dev.tollgate.billing.dunning;

import dev.tollgate.billing.Dunning;
import dev.tollgate.billing.InvoiceId;

/** Mail that is switched off. */
public final class NoMail implements Dunning.Mail {

  @Override
  public boolean isOn() {
    return false;
  }

  @Override
  public void send(String recipient, String subject, String body, InvoiceId invoice) {
    throw new IllegalStateException("Mail is switched off");
  }
}
