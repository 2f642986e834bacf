package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Commitments.Standing;
import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices.Compared;
import dev.tollgate.billing.Invoices.Difference;
import dev.tollgate.billing.Invoices.Mismatch;
import dev.tollgate.billing.Invoices.Recomputation;
import dev.tollgate.billing.invoicing.JdbcRecomputationStore.Itself;
import dev.tollgate.billing.invoicing.JdbcRecomputationStore.Pair;
import dev.tollgate.billing.invoicing.JdbcShortfallStore.Committed;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Compares a document with the usage records behind it, and with itself. */
final class Recomputing {

  private final JdbcRecomputationStore store;
  private final Shortfalls shortfalls;

  Recomputing(JdbcRecomputationStore store, Shortfalls shortfalls) {
    this.store = store;
    this.shortfalls = shortfalls;
  }

  Recomputation of(InvoiceId id) {
    List<Pair> pairs = store.usage(id);
    Itself itself = store.itself(id);
    Stream<Difference> usage = pairs.stream().filter(pair -> !pair.same()).map(Pair::difference);
    Stream<Difference> commitments = store.committed(id).stream().map(this::commitment)
        .filter(each -> !each.recordsTokens().equals(each.invoiceTokens())
            || !each.recordsAmount().equals(each.invoiceAmount()));
    return new Recomputation(id, pairs.size(),
        pairs.stream().map(Pair::recordsPico).reduce(BigInteger.ZERO, BigInteger::add),
        pairs.stream().map(Pair::linesPico).reduce(BigInteger.ZERO, BigInteger::add), compared(itself),
        Stream.concat(usage, commitments).toList(), mismatches(itself));
  }

  private Difference commitment(Committed committed) {
    Standing standing = shortfalls.standing(committed);
    return new Difference("missing of the commitment of contract " + committed.contract() + " in "
        + committed.serviceMonth(), BigInteger.valueOf(standing.shortfallTokens()), committed.billedTokens(),
        standing.shortfall().pico(), committed.billedPico());
  }

  private static Set<Compared> compared(Itself itself) {
    var compared = EnumSet.of(Compared.USAGE, Compared.SUMS);
    if (itself.kind() == Kind.INVOICE && itself.state() != State.VOID) {
      compared.add(Compared.COMMITMENTS);
    }
    if (itself.hash() != null) {
      compared.add(Compared.CONTENT);
    }
    return Collections.unmodifiableSet(compared);
  }

  /** The tax of a credit note is what was left of its invoice's, so it does not follow from its net. */
  private static List<Mismatch> mismatches(Itself itself) {
    var found = new ArrayList<Mismatch>();
    compare(found, "exact sum in pico-units", itself.linesExact(), itself.exact());
    compare(found, "net", itself.linesNet(), itself.net());
    compare(found, "net as the rounded exact sum", itself.roundedExact(), itself.net());
    if (itself.kind() == Kind.INVOICE) {
      compare(found, "tax", itself.taxOfNet(), itself.tax());
    }
    if (itself.hash() != null) {
      compare(found, "content as SHA-256", itself.content(), itself.hash());
    }
    return List.copyOf(found);
  }

  private static void compare(List<Mismatch> found, String what, Object recomputed, Object invoiced) {
    if (!recomputed.equals(invoiced)) {
      found.add(new Mismatch(what, recomputed.toString(), invoiced.toString()));
    }
  }
}
