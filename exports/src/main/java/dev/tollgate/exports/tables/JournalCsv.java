package dev.tollgate.exports.tables;

import dev.tollgate.billing.LedgerJournal.Posting;
import dev.tollgate.exports.Amounts;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;

/** One row per posting, which moves one amount from one account to another. Tokens are whole numbers. */
public final class JournalCsv implements Consumer<Posting> {

  private static final List<String> HEADER = List.of("posting", "batch", "posted_at", "tenant",
      "debit_account",
      "credit_account", "unit", "amount", "reason", "reference");
  private static final int CURRENCY_LENGTH = 3;

  private final Csv csv;

  public JournalCsv(Writer out) {
    this.csv = new Csv(out, HEADER);
  }

  @Override
  public void accept(Posting posting) {
    boolean money = posting.unit().length() == CURRENCY_LENGTH;
    BigDecimal amount = money ? Amounts.ofPico(posting.amount()) : new BigDecimal(posting.amount());
    csv.row(posting.id(), posting.batch(), posting.postedAt(), posting.tenant(), posting.debit(),
        posting.credit(),
        posting.unit(), new Decimal(amount), posting.reason(), posting.reference());
  }
}
