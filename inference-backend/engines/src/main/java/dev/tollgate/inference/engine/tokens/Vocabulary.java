package dev.tollgate.inference.engine.tokens;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.tollgate.inference.engine.EngineStartException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A model's tokenizer, twice: as it is for turning ids into text, and without its control tokens for turning text into
 * ids. Safe for use by any thread.
 */
final class Vocabulary implements AutoCloseable {

  private static final Map<String, String> OPTIONS = Map.of("addSpecialTokens", "false", "truncation",
      "do_not_truncate", "padding", "do_not_pad");

  private final HuggingFaceTokenizer whole;
  private final HuggingFaceTokenizer plain;
  private final int size;

  Vocabulary(JsonObject tokenizer) {
    // The library would look for a build for the GPU in the network otherwise.
    System.setProperty("ai.djl.offline", "true");
    this.whole = open(tokenizer);
    this.plain = open(withoutControls(tokenizer));
    this.size = highestId(tokenizer) + 1;
  }

  private static HuggingFaceTokenizer open(JsonObject tokenizer) {
    try {
      byte[] json = tokenizer.toString().getBytes(StandardCharsets.UTF_8);
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
    } catch (IOException | RuntimeException e) {
      throw new EngineStartException("tokenizer.json cannot be used: " + e.getMessage());
    } catch (UnsatisfiedLinkError e) {
      throw new EngineStartException(
          "the tokenizer's native library cannot be loaded, set DJL_CACHE_DIR to a folder "
              + "that this process may write to: " + e.getMessage());
    }
  }

  private static JsonObject withoutControls(JsonObject tokenizer) {
    JsonObject plain = tokenizer.deepCopy();
    JsonArray kept = new JsonArray();
    for (JsonElement added : tokenizer.getAsJsonArray("added_tokens")) {
      if (!ControlTokens.isControl(added.getAsJsonObject())) {
        kept.add(added);
      }
    }
    plain.add("added_tokens", kept);
    return plain;
  }

  private static int highestId(JsonObject tokenizer) {
    int highest = 0;
    JsonElement vocabulary = tokenizer.getAsJsonObject("model").get("vocab");
    if (vocabulary instanceof JsonObject byText) {
      for (JsonElement id : byText.asMap().values()) {
        highest = Math.max(highest, id instanceof JsonPrimitive number ? number.getAsInt() : 0);
      }
    } else if (vocabulary instanceof JsonArray inOrder) {
      highest = inOrder.size() - 1;
    }
    for (JsonElement added : tokenizer.getAsJsonArray("added_tokens")) {
      highest = Math.max(highest, added.getAsJsonObject().get("id").getAsInt());
    }
    return highest;
  }

  /** Ids run from 0 to one less. */
  int size() {
    return size;
  }

  /** Ids of a text in which nothing is a control token. */
  int[] encode(String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    long[] ids = plain.encode(text, false, false).getIds();
    int[] narrow = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      narrow[i] = Math.toIntExact(ids[i]);
    }
    return narrow;
  }

  /** Whether the tokenizer's own rules begin a bare text with this token. */
  boolean beginsTextsWith(int id) {
    long[] ids = whole.encode("a", true, false).getIds();
    return ids.length > 0 && ids[0] == id;
  }

  /** The text of ids; control tokens render as nothing. */
  String decode(int[] ids, int from, int to) {
    if (from == to) {
      return "";
    }
    long[] wide = new long[to - from];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = ids[from + i];
    }
    return whole.decode(wide, true);
  }

  @Override
  public void close() {
    whole.close();
    plain.close();
  }
}
