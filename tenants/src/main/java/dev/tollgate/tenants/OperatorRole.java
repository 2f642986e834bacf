package dev.tollgate.tenants;

/** What a person of the operator is there for. The names are stored; renaming one needs a migration. */
public enum OperatorRole {
  /** Everything. */
  ADMIN,
  /** Money: prices, contracts, payments, packs. */
  FINANCE,
  /** Tenants, their projects and keys; sees money, moves none. */
  SUPPORT,
  /** Sees everything, changes nothing. */
  AUDITOR
}
