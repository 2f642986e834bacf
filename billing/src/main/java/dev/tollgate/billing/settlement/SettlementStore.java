package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.pricing.Bill;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** Where settlements become durable. */
public interface SettlementStore {

  static SettlementStore inDatabase(DataSource database) {
    return new JdbcSettlementStore(database);
  }

  /**
   * Writes settlements in one transaction: usage rows, and the draws of those that were new. When the draws reach funds,
   * leases and ledger (ADR 0007) makes no difference to any amount that is free, leased as {@code Leases} tells it, or
   * shown as a balance.
   *
   * @param batch the same at every attempt, so that an attempt whose commit went through unheard is known again
   * @return how each fared, in their order
   */
  List<Result> write(UUID batch, List<Settlement> settlements) throws WriteException;

  /**
   * Writes how far running requests have come, over what was written before. It is removed by the {@link #write} that
   * settles the request, or settled itself when the instance's epoch ends. A store may do without.
   */
  default void checkpoint(List<Settlement> soFar) throws WriteException {
    // What is not remembered is not settled after a crash, and nothing else.
  }

  /**
   * How one settlement of a batch fared.
   *
   * @param receipt of what was billed for its request id
   * @param drawn what this batch drew for it: its whole bill, the rest of it where a part was billed before, or nothing
   */
  record Result(Receipt receipt, Bill drawn) {}

  /** Nothing is known to be written. */
  sealed abstract class WriteException extends Exception {

    WriteException(Exception cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** A reason that passes: connection, deadlock, resources. Whether the batch was written may be unknown. */
  final class FaultException extends WriteException {

    public FaultException(Exception cause) {
      super(cause);
    }
  }

  /** A reason that lies in what the batch says. It was not written, and would not be at another attempt. */
  final class RefusedException extends WriteException {

    public RefusedException(Exception cause) {
      super(cause);
    }
  }
}
