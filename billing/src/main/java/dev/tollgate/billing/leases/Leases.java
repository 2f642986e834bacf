package dev.tollgate.billing.leases;

import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Who may spend which share of which fund, as the database has it: for every fund,
 * {@code balance + credit limit ≥ leased = Σ granted}.
 *
 * <p>All statements that touch several funds lock them in the order of account ids, and touch a lease only while they
 * hold its fund's lock; so they cannot deadlock with each other or with settlement. Faults of the database come as
 * {@link org.springframework.dao.DataAccessException}.
 */
public interface Leases {

  static Leases inDatabase(DataSource database) {
    return inDatabase(database, database);
  }

  /** With connections for registering and renewing that nothing else can use up: who cannot renew loses its leases. */
  static Leases inDatabase(DataSource database, DataSource forRenewals) {
    return new JdbcLeases(new JdbcTemplate(database), new JdbcTemplate(forRenewals));
  }

  /** Registers an instance anew and returns its epoch, which stands for all that it will lease. */
  long register(UUID instance, Duration timeToLive);

  /** Returns false if the epoch was reclaimed; it never comes back. */
  boolean renew(long epoch, Duration timeToLive);

  /**
   * Grants what is needed as far as the funds have it free, and of what is asked ahead at most an eighth of the rest, or
   * half of it where no other instance has a share, so that shares shrink towards the exact need as funds run out.
   *
   * @param number of the exchange: greater than those of all earlier ones of these accounts under the epoch
   * @throws EpochLostException if the epoch was reclaimed, or a later exchange was there before
   */
  List<Grant> grant(long epoch, long number, List<Ask> asks);

  /**
   * Gives back what is idle of some accounts, and says by that that the rest of them is not. What was leased under a
   * reclaimed epoch is free already and stays untouched.
   *
   * @param number of the exchange, as for a grant
   * @param shares of all accounts that a recall asks for, with 0 where nothing is idle
   * @param answering the number of the recall, or 0 if nobody asked
   */
  void giveBack(long epoch, long number, List<Share> shares, long answering);

  /**
   * Tells what became of exchanges whose answers were lost. Those that have not gone through by now never will: who gave
   * up waiting for them may believe what is told here (ADR 0038).
   *
   * @param number of this exchange, as for a grant
   * @throws EpochLostException if the epoch was reclaimed
   */
  List<Standing> supersede(long epoch, long number, List<Long> accounts);

  /**
   * Asks the other instances to give back what they have idle of this tenant's funds.
   *
   * @return the recall's number, by which their answers are known; later recalls have greater ones
   */
  long recall(TenantId tenant);

  /**
   * Recalls an epoch's shares of what is leased beyond its agreed limit, by all together: for an instance that may have
   * missed that a limit was lowered.
   *
   * @return a recall for each tenant, numbered like those of {@link #recall}, but told to nobody else
   */
  List<Recall> recallOverleased(long epoch);

  /** Gives back everything and ends the epoch; what still ran is settled as its checkpoint says. */
  void retire(long epoch);

  /**
   * Frees what instances had leased that did not renew in time, but for what their checkpoints say was used, which is
   * settled. Each epoch is ended by itself; if one of them cannot be, a later call ends the others.
   *
   * @param margin beyond the time to live
   * @return the epochs that were ended
   */
  List<Long> reclaim(Duration margin);

  /**
   * A wish for a share.
   *
   * @param need for requests that wait, at least 0
   * @param ahead for requests to come, at least 0
   */
  record Ask(long account, long need, long ahead) {}

  /**
   * An answer to a wish.
   *
   * @param granted in the fund's unit
   * @param exhausted whether nothing is left free in the fund
   * @param leasedElsewhere whether other instances have shares of it
   * @param answered up to which recall all of those have answered, what they gave back being granted or free by now
   * @param supplied all that the epoch was granted of it less all that it gave back; 0 where nothing was granted now. What
   *     was drawn is in it, so it may come to be more than any share or fund
   */
  record Grant(long account, long granted, boolean exhausted, boolean leasedElsewhere, long answered,
      BigInteger supplied) {

    /** The same with what is supplied in all. */
    public Grant suppliedInAll(BigInteger sum) {
      return new Grant(account, granted, exhausted, leasedElsewhere, answered, sum);
    }
  }

  /**
   * How an epoch stands with an account.
   *
   * @param supplied all that it was granted less all that it gave back, whatever was drawn of it
   * @param leased what is left of that
   */
  record Standing(long account, BigInteger supplied, long leased) {}

  /** An amount of a fund, in its unit. */
  record Share(long account, long amount) {}

  /**
   * Idle shares of a tenant's funds are to be given back.
   *
   * @param number by which the answer is known
   */
  record Recall(TenantId tenant, long number) {}

  /** The epoch was reclaimed: this instance was taken for dead. */
  final class EpochLostException extends RuntimeException {

    public EpochLostException(long epoch, Throwable cause) {
      super("Epoch " + epoch + " was reclaimed", cause);
    }
  }
}
