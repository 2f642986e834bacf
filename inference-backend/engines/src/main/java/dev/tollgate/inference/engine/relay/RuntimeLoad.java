package dev.tollgate.inference.engine.relay;

/**
 * What a runtime tells of its own load; zeros where it tells nothing.
 *
 * @param kvTokensUsed tokens whose keys and values are cached
 * @param kvTokensTotal tokens that the cache has room for
 */
public record RuntimeLoad(long kvTokensUsed, long kvTokensTotal) {

  public static final RuntimeLoad UNKNOWN = new RuntimeLoad(0, 0);
}
