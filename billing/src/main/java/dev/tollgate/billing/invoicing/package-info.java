/** Month close, invoices, credit notes and their numbers; documents that never change once they are finalised. */
@NullMarked
package dev.tollgate.billing.invoicing;

import org.jspecify.annotations.NullMarked;
