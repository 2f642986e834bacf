package dev.tollgate.inference.engine.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.tollgate.inference.engine.EngineStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The small files beside a model's weights, as its authors publish them. */
final class ModelFiles {

  private final Path folder;
  private final JsonObject tokenizer;
  private final JsonObject tokenizerSettings;
  private final JsonObject generation;
  private final JsonObject model;

  private ModelFiles(Path folder, JsonObject tokenizer) {
    this.folder = folder;
    this.tokenizer = tokenizer;
    this.tokenizerSettings = optional("tokenizer_config.json");
    this.generation = optional("generation_config.json");
    this.model = optional("config.json");
  }

  /** @throws EngineStartException if the folder has no tokenizer.json, or a file in it is no JSON */
  static ModelFiles read(Path folder) {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.isReadable(file)) {
      throw new EngineStartException("there is no tokenizer.json in " + folder
          + ": name the folder with the model's own tokenizer.json, tokenizer_config.json and chat template");
    }
    return new ModelFiles(folder, json(file));
  }

  JsonObject tokenizer() {
    return tokenizer;
  }

  /** Ids that end an answer. */
  List<Integer> endIds() {
    List<Integer> ids = new ArrayList<>();
    for (JsonObject source : List.of(generation, model)) {
      JsonElement given = source.get("eos_token_id");
      if (given instanceof JsonArray several) {
        several.forEach(id -> ids.add(id.getAsInt()));
      } else if (given instanceof JsonPrimitive one && one.isNumber()) {
        ids.add(one.getAsInt());
      }
      if (!ids.isEmpty()) {
        break;
      }
    }
    return ids;
  }

  /** The text of a named special token, empty if the model has none. */
  String special(String name) {
    JsonElement value = tokenizerSettings.get(name);
    if (value instanceof JsonObject object && object.has("content")) {
      return object.get("content").getAsString();
    }
    return value instanceof JsonPrimitive text && text.isString() ? text.getAsString() : "";
  }

  /** Whether a bare text begins with the start token; null if the tokenizer's own rules decide. */
  @Nullable
  Boolean addsStart() {
    JsonElement value = tokenizerSettings.get("add_bos_token");
    if (value instanceof JsonPrimitive flag && flag.isBoolean()) {
      return flag.getAsBoolean();
    }
    return null;
  }

  /** Tokens of prompt and answer together that the model was made for; 0 if the files do not say. */
  int contextLength() {
    JsonElement value = model.get("max_position_embeddings");
    return value instanceof JsonPrimitive number && number.isNumber() ? number.getAsInt() : 0;
  }

  /** The chat template; null if the model has none. */
  @Nullable
  String chatTemplate() {
    Path file = folder.resolve("chat_template.jinja");
    if (Files.isReadable(file)) {
      return text(file);
    }
    JsonElement template = tokenizerSettings.get("chat_template");
    if (template instanceof JsonArray several) {
      for (JsonElement each : several) {
        JsonObject named = each.getAsJsonObject();
        if (named.get("name").getAsString().equals("default")) {
          return named.get("template").getAsString();
        }
      }
      return null;
    }
    return template instanceof JsonPrimitive text && text.isString() ? text.getAsString() : null;
  }

  private JsonObject optional(String name) {
    Path file = folder.resolve(name);
    return Files.isReadable(file) ? json(file) : new JsonObject();
  }

  private static JsonObject json(Path file) {
    try {
      return JsonParser.parseString(text(file)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new EngineStartException(
          file + " is not a JSON object; fetch it again from the model's own files");
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new EngineStartException(file + " cannot be read: " + e.getMessage());
    }
  }
}
