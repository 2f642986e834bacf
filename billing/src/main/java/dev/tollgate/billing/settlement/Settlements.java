package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Receipt;

/** Makes settlements durable, each once. */
public interface Settlements {

  /** Takes a settlement in; never blocks. The outcome is told once, on the writer's thread. */
  void submit(Settlement settlement, Outcome outcome);

  /** How a settlement ended. Callbacks must be short. */
  interface Outcome {

    /**
     * The settlement is durable.
     *
     * @param receipt of what was billed: by an earlier settlement of this request id if there was one
     * @param first whether it was this one that drew the funds
     */
    void settled(Receipt receipt, boolean first);

    /** The settlement is not recorded and never will be: the database refuses it, or the instance stops. */
    void rejected(Exception reason);
  }
}
