/** Reminders of overdue invoices by e-mail. */
@NullMarked
package dev.tollgate.gateway.reminders;

import org.jspecify.annotations.NullMarked;
