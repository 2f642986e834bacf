package dev.tollgate.inference.engine;

/**
 * Leave to produce output tokens.
 *
 * @param outputTokens in all, from the start of the answer, resumed tokens included
 * @param last whether reaching it ends the answer instead of pausing it
 */
public record Grant(int outputTokens, boolean last) {

  public static final Grant NONE = new Grant(0, false);

  /** The wider of two grants: leave once given is not taken back. */
  public Grant and(Grant later) {
    return new Grant(Math.max(outputTokens, later.outputTokens), last || later.last);
  }
}
