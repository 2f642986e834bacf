package dev.tollgate.billing;

/** The classes by which tokens are counted and priced. The names are stored; renaming one needs a migration. */
public enum TokenClass {
  /** Prompt tokens that had to be computed. */
  INPUT,
  /** Prompt tokens that were found in the KV cache. */
  INPUT_CACHED,
  /** Generated tokens. */
  OUTPUT
}
