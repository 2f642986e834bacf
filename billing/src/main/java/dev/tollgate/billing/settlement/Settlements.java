package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.pricing.Bill;

/** Makes settlements durable, each once. */
public interface Settlements {

  /**
   * Sets aside the room that one settlement takes, whatever fails until then. To be called before anything runs that
   * will have to be settled.
   *
   * @return false if there is none: the journal is full or cannot be written to
   */
  boolean reserve();

  /** Gives back room that was reserved, once the settlement is {@code kept}, {@code settled} or not to come. */
  void release();

  /** Takes a settlement in; never blocks. The outcome is told once, on a thread of the writers. */
  void submit(Settlement settlement, Outcome outcome);

  /**
   * Remembers how far a request has come, in case that this instance dies. At most the latest is remembered, some time
   * later, if the database can be reached; it is forgotten with the settlement. Never blocks.
   *
   * @param soFar what would be settled if the request ended now; interrupted
   */
  void checkpoint(Settlement soFar);

  /** How a settlement ended. Callbacks must be short. */
  interface Outcome {

    /**
     * The settlement is durable in the local journal, because the database is away. What it draws stays drawn from the
     * instance's shares; {@link #settled} or {@link #rejected} follows when the database is back.
     *
     * @param receipt of this settlement
     */
    void kept(Receipt receipt);

    /**
     * The settlement is durable in the database.
     *
     * @param receipt of what was billed: by an earlier settlement of this request id if there was one
     * @param drawn what this settlement drew, from the leases of its own epoch: its whole bill, the rest of it where a
     *     part was billed before, or nothing
     */
    void settled(Receipt receipt, Bill drawn);

    /** The settlement is not recorded: the database refuses it, or the instance stops and cannot keep it. */
    void rejected(Exception reason);
  }
}
