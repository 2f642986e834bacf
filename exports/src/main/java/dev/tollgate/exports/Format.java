package dev.tollgate.exports;

/** What a month can be exported as. */
public enum Format {
  /** One PDF/A-3 per document, with its Factur-X invoice inside. */
  PDF,
  /** One UBL 2.1 document each. */
  UBL,
  /** All lines of all documents. */
  CSV,
  /** All documents, one a line. */
  JSON,
  /** FOCUS 1.4: the datasets Cost and Usage, and Invoice Detail. */
  FOCUS,
  /** The ledger's postings. */
  JOURNAL
}
