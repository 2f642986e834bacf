package dev.tollgate.billing.ledger;

import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The postings of prepaid packs. What a pack is sold for goes to an account of its own, not to revenue, which is what
 * usage was charged in money; its tokens come from one account per tenant and end in another, used or expired.
 */
public final class PackAccounts {

  /** The unit of packs: thousandths of a pack token. */
  private static final String UNIT = "PACK";
  private static final int EXPIRED_AT_ONCE = 500;

  // The update names all that the CHECKs compare as it was locked: they are checked on the row of the snapshot first.
  private static final String EXPIRE = """
      WITH due AS MATERIALIZED (
        SELECT account_id, tenant_id, leased, balance - leased AS rest FROM billing.fund
        WHERE kind = 'PACK' AND valid_until <= :at AND balance > 0 AND balance > leased
        ORDER BY account_id LIMIT :atOnce FOR NO KEY UPDATE),
      opened AS (
        INSERT INTO billing.account (tenant_id, kind, unit) SELECT DISTINCT tenant_id, 'PACK_EXPIRED', 'PACK' FROM due
        ON CONFLICT DO NOTHING RETURNING id, tenant_id),
      written_off AS (
        SELECT d.account_id, d.leased, d.rest, e.id
        FROM due d JOIN (
          SELECT id, tenant_id FROM opened
          UNION ALL
          SELECT id, tenant_id FROM billing.account WHERE kind = 'PACK_EXPIRED') e USING (tenant_id)),
      funds AS (
        UPDATE billing.fund f SET balance = w.leased, leased = w.leased
        FROM written_off w WHERE f.account_id = w.account_id)
      INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason)
      SELECT :batch, account_id, id, rest, 'PACK', 'PACK_EXPIRY' FROM written_off
      """;

  private final JdbcClient jdbc;
  private final JdbcAccountStore store;

  public PackAccounts(DataSource database) {
    this.jdbc = JdbcClient.create(database);
    this.store = new JdbcAccountStore(jdbc);
  }

  /** Whether a price can be paid from a balance. */
  public enum Payable {
    PAID,
    /** The balance would do, but instances have leased it for requests. */
    LEASED, TOO_DEAR
  }

  /** Keeps others from changing the tenant's accounts until the caller's transaction ends. */
  public void lock(TenantId tenant) {
    store.lock(tenant);
  }

  /**
   * Takes a price out of what was paid in; never out of credit. The fund is locked by a statement of its own, so that the
   * next one sees together what the balance is and what is yet to be posted from it.
   */
  public Payable payFromBalance(TenantId tenant, String currency, long price, String reference, UUID batch) {
    long revenue = store.account(tenant, AccountKind.PACK_REVENUE, currency);
    jdbc.sql(
        """
            SELECT FROM billing.fund WHERE tenant_id = :tenant AND kind = 'MONEY' AND unit = :currency FOR NO KEY UPDATE
            """)
        .param("tenant", tenant.value()).param("currency", currency).query(row -> {});
    int paid = jdbc.sql("""
        WITH paid AS (
          UPDATE billing.fund SET balance = balance - :price
          WHERE tenant_id = :tenant AND kind = 'MONEY' AND unit = :currency
            AND balance - billing.pending(account_id) >= :price
            AND balance + credit_limit - leased >= :price
          RETURNING account_id)
        INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason, reference)
        SELECT :batch, account_id, :revenue, :price, :currency, 'PACK_PAYMENT', :reference FROM paid
        """).param("price", price).param("tenant", tenant.value()).param("currency", currency)
        .param("batch", batch).param("revenue", revenue).param("reference", reference).update();
    if (paid == 1) {
      return Payable.PAID;
    }
    return jdbc.sql("""
        SELECT FROM billing.fund
        WHERE tenant_id = :tenant AND kind = 'MONEY' AND unit = :currency
          AND balance - billing.pending(account_id) >= :price
        """).param("tenant", tenant.value()).param("currency", currency).param("price", price)
        .query((row, number) -> Payable.LEASED).optional().orElse(Payable.TOO_DEAR);
  }

  /** Records a price that was paid by other means. */
  public void recordPayment(TenantId tenant, String currency, long price, String reference, UUID batch) {
    store.post(batch, store.account(tenant, AccountKind.CASH, currency),
        store.account(tenant, AccountKind.PACK_REVENUE, currency), price, currency, "PACK_PAYMENT",
        reference);
  }

  /** Opens a pack's fund with its tokens in it. */
  public long open(TenantId tenant, String reference, Instant from, Instant until, long millitokens,
      UUID batch) {
    long used = store.account(tenant, AccountKind.PACK_USED, UNIT);
    long loss = store.account(tenant, AccountKind.LOSS, UNIT);
    long sold = store.account(tenant, AccountKind.PACK_SOLD, UNIT);
    long account = jdbc.sql("""
        INSERT INTO billing.account (tenant_id, kind, unit, valid_from, subject)
        VALUES (:tenant, 'PACK', 'PACK', :from, :reference) RETURNING id
        """).param("tenant", tenant.value()).param("from", from.atOffset(ZoneOffset.UTC))
        .param("reference", reference).query(Long.class).single();
    jdbc.sql("""
        INSERT INTO billing.fund
          (account_id, tenant_id, kind, unit, balance, valid_from, valid_until, drawn_into, covered_by)
        VALUES (:account, :tenant, 'PACK', 'PACK', :balance, :from, :until, :used, :loss)
        """).param("account", account).param("tenant", tenant.value()).param("balance", millitokens)
        .param("from", from.atOffset(ZoneOffset.UTC)).param("until", until.atOffset(ZoneOffset.UTC))
        .param("used", used).param("loss", loss).update();
    store.post(batch, sold, account, millitokens, UNIT, "PACK_SALE", reference);
    return account;
  }

  /** Writes off what expired packs have left and nobody holds; the number of packs that this met. */
  public int expire(Instant at) {
    int all = 0;
    int now;
    do {
      now = jdbc.sql(EXPIRE).param("at", at.atOffset(ZoneOffset.UTC)).param("atOnce", EXPIRED_AT_ONCE)
          .param("batch", UUID.randomUUID()).update();
      all += now;
    } while (now == EXPIRED_AT_ONCE);
    return all;
  }
}
