package dev.tollgate.inference.engine.tokens;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tokens by which a template speaks to its model: those that the tokenizer calls special, and added tokens written
 * in brackets. Only the template may write them; {@link #disarm} makes sure that contents cannot.
 */
final class ControlTokens {

  /** A control token; strips say whether it swallows the white space beside it. */
  record Control(String text, int id, boolean stripsLeft, boolean stripsRight) {}

  private static final Pattern BRACKETS = Pattern.compile("<.*>|\\[.*]", Pattern.DOTALL);
  private static final char FIRST_MARK = '\ufdd0';
  private static final char LAST_MARK = '\ufdef';

  private final Map<Character, List<Control>> byFirst = new HashMap<>();
  private final Set<Character> lasts = new HashSet<>();
  private final Set<Integer> ids = new HashSet<>();
  private int longest;

  static ControlTokens of(JsonObject tokenizer) {
    ControlTokens tokens = new ControlTokens();
    for (JsonElement added : tokenizer.getAsJsonArray("added_tokens")) {
      if (isControl(added.getAsJsonObject())) {
        tokens.add(added.getAsJsonObject());
      }
    }
    tokens.byFirst.values().forEach(list -> list
        .sort(Comparator.comparingInt((Control token) -> token.text().length()).reversed()));
    return tokens;
  }

  static boolean isControl(JsonObject added) {
    return added.get("special").getAsBoolean()
        || BRACKETS.matcher(added.get("content").getAsString()).matches();
  }

  private void add(JsonObject added) {
    String text = added.get("content").getAsString();
    if (!text.isEmpty()) {
      byFirst.computeIfAbsent(text.charAt(0), _ -> new ArrayList<>())
          .add(new Control(text, added.get("id").getAsInt(),
              added.get("lstrip").getAsBoolean(), added.get("rstrip").getAsBoolean()));
      lasts.add(text.charAt(text.length() - 1));
      ids.add(added.get("id").getAsInt());
      longest = Math.max(longest, text.length());
    }
  }

  boolean has(int id) {
    return ids.contains(id);
  }

  int idOf(String text) {
    if (!text.isEmpty()) {
      for (Control token : byFirst.getOrDefault(text.charAt(0), List.of())) {
        if (token.text().equals(text)) {
          return token.id();
        }
      }
    }
    return -1;
  }

  /** The longest control token that begins here. */
  @Nullable
  Control at(String text, int index) {
    for (Control token : byFirst.getOrDefault(text.charAt(index), List.of())) {
      if (text.startsWith(token.text(), index)) {
        return token;
      }
    }
    return null;
  }

  /** A character that means nothing in any text and that none of these has; 0 if they have them all. */
  static char mark(List<String> contents) {
    for (char mark = FIRST_MARK; mark <= LAST_MARK; mark++) {
      char candidate = mark;
      if (contents.stream().noneMatch(content -> content.indexOf(candidate) >= 0)) {
        return mark;
      }
    }
    return 0;
  }

  /**
   * A content with marks inside everything that is a control token, or that together with what a template writes
   * beside it could become one. Without the marks it is the content again.
   */
  String disarm(String content, char mark) {
    StringBuilder text = new StringBuilder(content.length() + 8);
    if (beginsLikeAnEnd(content)) {
      text.append(mark);
    }
    for (int i = 0; i < content.length(); i++) {
      text.append(content.charAt(i));
      if (at(content, i) != null || endsLikeABeginning(content, i)) {
        text.append(mark);
      }
    }
    return text.toString();
  }

  private boolean beginsLikeAnEnd(String content) {
    int reach = Math.min(content.length(), longest - 1);
    for (int i = 0; i < reach; i++) {
      if (lasts.contains(content.charAt(i))) {
        String beginning = content.substring(0, i + 1);
        if (byFirst.values().stream().flatMap(List::stream)
            .anyMatch(token -> token.text().length() > beginning.length()
                && token.text().endsWith(beginning))) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean endsLikeABeginning(String content, int index) {
    int left = content.length() - index;
    if (left >= longest) {
      return false;
    }
    for (Control token : byFirst.getOrDefault(content.charAt(index), List.of())) {
      if (token.text().length() > left && token.text().startsWith(content.substring(index))) {
        return true;
      }
    }
    return false;
  }
}
