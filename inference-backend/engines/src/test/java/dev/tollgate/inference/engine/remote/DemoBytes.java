package dev.tollgate.inference.engine.remote;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/** The bytes of the demo model's tokens, worked out apart from the code under test. */
final class DemoBytes {

  private static final Map<Integer, String> TOKENS = new HashMap<>();

  static {
    try {
      JsonParser.parseString(Files.readString(DemoModel.FOLDER.resolve("tokenizer.json"))).getAsJsonObject()
          .getAsJsonObject("model").getAsJsonObject("vocab").entrySet()
          .forEach(entry -> TOKENS.put(entry.getValue().getAsInt(), entry.getKey()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DemoBytes() {}

  static JsonArray of(int id) {
    JsonArray bytes = new JsonArray();
    for (char c : TOKENS.getOrDefault(id, "").toCharArray()) {
      byte[] plain = String.valueOf(c).getBytes(StandardCharsets.ISO_8859_1);
      bytes.add(c < 256 ? plain[0] & 0xff : unfold(c));
    }
    return bytes;
  }

  /** The stand-ins from 256 on are, in order, the bytes that are not visible: 0 to 32, 127 to 160, and 173. */
  private static int unfold(char standIn) {
    int index = standIn - 256;
    return index <= 32 ? index : index <= 32 + 34 ? index - 33 + 127 : 173;
  }
}
