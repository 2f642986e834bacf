package dev.tollgate.tenants;

/** What an API key may be used for. The names are stored; renaming one needs a migration. */
public enum Scope {
  /** Chat completions and completions. */
  GENERATE,
  /** The list of models. */
  MODELS,
  /** The key's own usage and its tenant's balance. */
  USAGE
}
