package dev.tollgate.exports;

import dev.tollgate.billing.InvoiceId;
import java.io.IOException;
import java.io.OutputStream;

/** How drafts would look if they were finalised today. A preview says on its face that it is none of the books'. */
public interface DraftPreviews {

  /**
   * Writes a draft as PDF, without a number and without an e-invoice inside.
   *
   * @throws IOException if it cannot be written
   */
  Exports.Outcome pdf(InvoiceId id, OutputStream file) throws IOException;
}
