package dev.tollgate.inference.engine.tokens;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds tokens by the bytes that they stand for, for servers that send those and no ids. */
public final class TokenBytes {

  private static final Pattern BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");
  private static final char BLANK_MARK = '\u2581';
  private static final int FIRST_STAND_IN = 256;

  private final Map<String, Integer> ids = new HashMap<>();

  TokenBytes(JsonObject tokenizer) {
    boolean byteLevel = tokenizer.has("decoder")
        && tokenizer.get("decoder").toString().contains("\"ByteLevel\"");
    Map<Character, Integer> standIns = standIns();
    if (tokenizer.getAsJsonObject("model").get("vocab") instanceof JsonObject vocabulary) {
      for (Map.Entry<String, JsonElement> entry : vocabulary.entrySet()) {
        byte[] bytes = byteLevel ? unfold(entry.getKey(), standIns) : plain(entry.getKey());
        ids.putIfAbsent(key(bytes), entry.getValue().getAsInt());
      }
    }
    for (JsonElement added : tokenizer.getAsJsonArray("added_tokens")) {
      JsonObject token = added.getAsJsonObject();
      ids.put(key(token.get("content").getAsString().getBytes(StandardCharsets.UTF_8)),
          token.get("id").getAsInt());
    }
  }

  /** The token that stands for exactly these bytes. */
  public OptionalInt find(byte[] bytes) {
    Integer id = ids.get(key(bytes));
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  private static String key(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Byte-level vocabularies write each byte as one visible character: itself, or the next one from 256 on. */
  private static Map<Character, Integer> standIns() {
    Map<Character, Integer> bytes = new HashMap<>();
    int next = FIRST_STAND_IN;
    for (int value = 0; value < 256; value++) {
      boolean visible = (value >= '!' && value <= '~') || (value >= 0xa1 && value <= 0xac) || value >= 0xae;
      bytes.put((char) (visible ? value : next++), value);
    }
    return bytes;
  }

  private static byte[] unfold(String token, Map<Character, Integer> standIns) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
    for (int i = 0; i < token.length(); i++) {
      Integer value = standIns.get(token.charAt(i));
      if (value == null) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes.write(value);
    }
    return bytes.toByteArray();
  }

  private static byte[] plain(String token) {
    Matcher single = BYTE.matcher(token);
    if (single.matches()) {
      return new byte[]{(byte) Integer.parseInt(single.group(1), 16)};
    }
    return token.replace(BLANK_MARK, ' ').getBytes(StandardCharsets.UTF_8);
  }
}
