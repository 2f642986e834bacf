package dev.tollgate.billing.ledger;

/** What an account of a tenant is for. The names are stored; renaming one needs a migration. */
enum AccountKind {
  /** Paid in minus settled. */
  MONEY,
  /** Free tokens of one billing month. */
  FREE_ALLOWANCE,
  /** Pack tokens of one prepaid pack. */
  PACK,
  /** What a budget of one billing month has spent, below zero. */
  BUDGET,
  /** Where settled money of budgets is counted. */
  BUDGET_SPENT,
  /** Where usage is counted that a lost lease no longer covers, beyond a budget. */
  BUDGET_PASSED,
  /** Where top-ups come from. */
  CASH,
  /** Where settled money goes to. */
  REVENUE,
  /** Where free tokens come from. */
  ALLOWANCE_GRANTED,
  /** Where settled free tokens go to. */
  ALLOWANCE_USED,
  /** What packs were sold for. */
  PACK_REVENUE,
  /** Where the tokens of packs come from. */
  PACK_SOLD,
  /** Where settled pack tokens go to. */
  PACK_USED,
  /** Where what is left of a pack goes to when it expires. */
  PACK_EXPIRED,
  /** The operator's loss: usage that a lost lease no longer covers. */
  LOSS
}
