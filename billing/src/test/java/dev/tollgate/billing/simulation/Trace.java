package dev.tollgate.billing.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened: a hash of all of it, and the last of it in words. */
final class Trace {

  private static final int KEPT = 2_000;
  private static final long PRIME = 0x100000001b3L;

  private final String[] words = new String[KEPT];
  private final long[][] figures = new long[KEPT][];
  private long hash = 0xcbf29ce484222325L;
  private long noted;

  /** @param what a constant, in which each %d stands for one of the figures; the first is the time */
  void note(String what, long... figuresOfIt) {
    int at = (int) (noted++ % KEPT);
    words[at] = what;
    figures[at] = figuresOfIt;
    hash = (hash ^ what.hashCode()) * PRIME;
    for (long figure : figuresOfIt) {
      hash = (hash ^ figure) * PRIME;
    }
  }

  long hash() {
    return hash;
  }

  List<String> last() {
    var last = new ArrayList<String>();
    for (long i = Math.max(0, noted - KEPT); i < noted; i++) {
      long[] of = figures[(int) (i % KEPT)];
      Object[] rest = new Object[of.length];
      rest[0] = of[0] / 1_000_000 + "." + of[0] / 1_000 % 1_000 + " ms";
      for (int j = 1; j < of.length; j++) {
        rest[j] = of[j];
      }
      last.add(String.format(Locale.ROOT, "%s " + words[(int) (i % KEPT)], rest));
    }
    return last;
  }
}
