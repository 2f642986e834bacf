/** Invoices for people: pages, fonts, PDF/A. */
@NullMarked
package dev.tollgate.exports.pdf;

import org.jspecify.annotations.NullMarked;
