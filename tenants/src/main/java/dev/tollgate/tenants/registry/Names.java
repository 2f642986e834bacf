package dev.tollgate.tenants.registry;

import dev.tollgate.tenants.BrokenRuleException;

/** What people call things. */
final class Names {

  private Names() {}

  static String checked(String name, int longest) {
    String stripped = name.strip();
    if (stripped.isEmpty() || stripped.codePointCount(0, stripped.length()) > longest
        || stripped.indexOf('\0') >= 0) {
      throw new BrokenRuleException("name", "must have 1 to " + longest + " characters");
    }
    return stripped;
  }
}
