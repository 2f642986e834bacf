package dev.tollgate.tenants;

/** What a person is there for in a tenant. The names are stored; renaming one needs a migration. */
public enum MemberRole {
  /** Everything that the tenant may. */
  OWNER,
  /** The tenant's money: balance, packs, budgets, usage. */
  BILLING,
  /** Projects and keys. */
  DEVELOPER,
  /** Sees what the others do, changes nothing. */
  VIEWER
}
