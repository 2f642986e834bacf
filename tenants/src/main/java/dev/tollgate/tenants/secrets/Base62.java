package dev.tollgate.tenants.secrets;

import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Numbers in digits, capitals and small letters, of fixed width: no sign that a double click or a shell would split. */
final class Base62 {

  static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  static final int UUID_LENGTH = 22;
  static final int INT_LENGTH = 6;

  private static final byte[] VALUES = values();

  private Base62() {}

  static boolean isDigit(char c) {
    return c < VALUES.length && VALUES[c] >= 0;
  }

  static String encode(UUID id) {
    char[] digits = new char[UUID_LENGTH];
    long high = id.getMostSignificantBits();
    long low = id.getLeastSignificantBits();
    for (int i = UUID_LENGTH - 1; i >= 0; i--) {
      // Long division of the 128 bits, 32 at a time, so that every step fits a long.
      long remainder = Long.remainderUnsigned(high, 62);
      high = Long.divideUnsigned(high, 62);
      long upper = (remainder << 32) | (low >>> 32);
      long lower = ((upper % 62) << 32) | (low & 0xFFFF_FFFFL);
      low = ((upper / 62) << 32) | (lower / 62);
      digits[i] = ALPHABET.charAt((int) (lower % 62));
    }
    return new String(digits);
  }

  /** Returns null where the 22 digits say more than 128 bits. */
  static @Nullable UUID decodeUuid(CharSequence text, int from) {
    long high = 0;
    long low = 0;
    for (int i = from; i < from + UUID_LENGTH; i++) {
      if (Math.unsignedMultiplyHigh(high, 62) != 0) {
        return null;
      }
      long carry = Math.unsignedMultiplyHigh(low, 62);
      long shifted = low * 62;
      low = shifted + VALUES[text.charAt(i)];
      if (Long.compareUnsigned(low, shifted) < 0) {
        carry++;
      }
      long raised = high * 62;
      high = raised + carry;
      if (Long.compareUnsigned(high, raised) < 0) {
        return null;
      }
    }
    return new UUID(high, low);
  }

  static String encode(int unsigned) {
    char[] digits = new char[INT_LENGTH];
    long rest = Integer.toUnsignedLong(unsigned);
    for (int i = INT_LENGTH - 1; i >= 0; i--) {
      digits[i] = ALPHABET.charAt((int) (rest % 62));
      rest /= 62;
    }
    return new String(digits);
  }

  private static byte[] values() {
    byte[] values = new byte[128];
    Arrays.fill(values, (byte) -1);
    for (int i = 0; i < ALPHABET.length(); i++) {
      values[ALPHABET.charAt(i)] = (byte) i;
    }
    return values;
  }
}
