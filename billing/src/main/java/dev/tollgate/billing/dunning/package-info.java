/** Invoices that are overdue: reminders by levels, and tenants refused until they pay. */
@NullMarked
package dev.tollgate.billing.dunning;

import org.jspecify.annotations.NullMarked;
