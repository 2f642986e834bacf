package dev.tollgate.tenants.people;

import dev.tollgate.tenants.BrokenRuleException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Addresses as people are known by: whether one can be written to shows when it is. */
final class Emails {

  private static final Pattern SHAPE = Pattern.compile("[^@\\s\\p{Cntrl}]+@[^@\\s\\p{Cntrl}]+");
  private static final int LONGEST = 254;

  private Emails() {}

  static String checked(String email) {
    String plain = plain(email);
    if (plain.length() > LONGEST || !SHAPE.matcher(plain).matches()) {
      throw new BrokenRuleException("email", "must be an address such as ada@example.com");
    }
    return plain;
  }

  /** As it is kept, whether it is an address or not. */
  static String plain(String email) {
    return email.strip().toLowerCase(Locale.ROOT);
  }
}
