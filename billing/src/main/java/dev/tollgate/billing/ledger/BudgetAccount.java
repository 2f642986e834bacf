package dev.tollgate.billing.ledger;

import java.time.Instant;

/**
 * The account of a budget in one billing month: its balance is what is spent, below zero, its limit the cap.
 *
 * @param validFrom inclusive
 * @param validUntil exclusive
 */
public record BudgetAccount(long account, BudgetSubject subject, Instant validFrom, Instant validUntil) {}
