package dev.tollgate.inference.engine.remote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.tokens.TokenBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the events of a stream. Token counts come from what the server lists, never from its text. */
final class ChunkReader {

  private final @Nullable TokenBytes bytes;

  /** @param bytes for servers that list tokens as log probabilities; null where they send ids */
  ChunkReader(@Nullable TokenBytes bytes) {
    this.bytes = bytes;
  }

  /** @throws IOException if the event is not what such servers send, or lists a token that the model does not have */
  Chunk read(String data) throws IOException {
    try {
      JsonObject event = JsonParser.parseString(data).getAsJsonObject();
      JsonElement error = event.get("error");
      if (error != null && !error.isJsonNull()) {
        return new Chunk(TokenIds.NONE, false, null, -1, -1, -1, message(error));
      }
      JsonObject usage = event.get("usage") instanceof JsonObject object ? object : new JsonObject();
      JsonObject details = usage.get("prompt_tokens_details") instanceof JsonObject object ? object
          : new JsonObject();
      int cached = count(details, "cached_tokens");
      // DeepSeek's own name for the same.
      cached = cached < 0 ? count(usage, "prompt_cache_hit_tokens") : cached;
      JsonObject choice = event.get("choices") instanceof JsonArray choices && !choices.isEmpty()
          ? choices.get(0).getAsJsonObject()
          : new JsonObject();
      int[] ids = ids(choice);
      return new Chunk(ids == null ? TokenIds.NONE : TokenIds.of(ids), ids != null,
          text(choice, "finish_reason"),
          count(usage, "prompt_tokens"), cached, count(usage, "completion_tokens"), null);
    } catch (JsonParseException | IllegalStateException | ClassCastException | NumberFormatException e) {
      throw new IOException("the server sent an event that cannot be read");
    }
  }

  private int @Nullable [] ids(JsonObject choice) throws IOException {
    if (bytes == null) {
      return choice.get("token_ids") instanceof JsonArray ids ? ids(ids) : null;
    }
    if (choice.get("logprobs") instanceof JsonObject logprobs
        && logprobs.get("content") instanceof JsonArray tokens) {
      int[] ids = new int[tokens.size()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = find(tokens.get(i).getAsJsonObject(), bytes);
      }
      return ids;
    }
    return null;
  }

  private static int[] ids(JsonArray array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).getAsInt();
    }
    return ids;
  }

  private static int find(JsonObject token, TokenBytes known) throws IOException {
    byte[] bytes;
    if (token.get("bytes") instanceof JsonArray array) {
      bytes = new byte[array.size()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) array.get(i).getAsInt();
      }
    } else {
      bytes = token.get("token").getAsString().getBytes(StandardCharsets.UTF_8);
    }
    return known.find(bytes).orElseThrow(() -> new IOException(
        "the server sent a token that the tokenizer does not have: name the tokenizer of the model that it serves"));
  }

  private static int count(JsonObject object, String name) {
    return object.get(name) instanceof JsonPrimitive number && number.isNumber() ? number.getAsInt() : -1;
  }

  private static @Nullable String text(JsonObject object, String name) {
    return object.get(name) instanceof JsonPrimitive text && text.isString() ? text.getAsString() : null;
  }

  static String message(JsonElement error) {
    JsonElement message = error instanceof JsonObject object && object.has("message") ? object.get("message")
        : error;
    String text = message.isJsonPrimitive() ? message.getAsString() : message.toString();
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
