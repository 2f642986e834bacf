package dev.tollgate.inference.engine.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for stop sequences in text that comes in pieces. Lets go only what can no longer become the beginning of one.
 */
public final class StopMatcher {

  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private @Nullable String matched;

  public StopMatcher(List<String> stops) {
    this.stops = stops;
  }

  /** The text that became certain; after a match, what stood before it. */
  public String add(String text) {
    if (stops.isEmpty() || text.isEmpty()) {
      return text;
    }
    held.append(text);
    int end = held.length();
    for (String stop : stops) {
      int at = held.indexOf(stop);
      if (at >= 0 && (matched == null || at < end)) {
        matched = stop;
        end = at;
      }
    }
    if (matched == null) {
      end = held.length() - longestBeginning();
    }
    String certain = held.substring(0, end);
    held.delete(0, end);
    return certain;
  }

  /** The stop sequence that was met, null so far. */
  public @Nullable String matched() {
    return matched;
  }

  /** What was held back, when no more text comes. */
  public String end() {
    String rest = matched == null ? held.toString() : "";
    held.setLength(0);
    return rest;
  }

  private int longestBeginning() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (held.indexOf(stop.substring(0, length), held.length() - length) >= 0) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
