/** Invoices as the European standard EN 16931 wants them, in both of its syntaxes. */
@NullMarked
package dev.tollgate.exports.einvoice;

import org.jspecify.annotations.NullMarked;
