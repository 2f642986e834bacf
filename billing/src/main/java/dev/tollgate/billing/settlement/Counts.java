package dev.tollgate.billing.settlement;

import java.util.concurrent.atomic.LongAdder;

/** What the writers of one instance have done since it started. */
final class Counts {

  final LongAdder batches = new LongAdder();
  final LongAdder settlements = new LongAdder();
  final LongAdder faults = new LongAdder();
  final LongAdder rejected = new LongAdder();
  final LongAdder damaged = new LongAdder();
}
