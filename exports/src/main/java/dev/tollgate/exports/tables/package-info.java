/** Rows for spreadsheets and programs: CSV, JSON, FOCUS, ledger journal. */
@NullMarked
package dev.tollgate.exports.tables;

import org.jspecify.annotations.NullMarked;
