package dev.tollgate.inference.engine.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.RequestRefusedException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A conversation as templates expect it: lists and maps, every text of which has been disarmed. */
record Conversation(List<@Nullable Object> messages, @Nullable Object tools) {

  /**
   * @param argumentsAsObjects whether the template wants the arguments of tool calls parsed
   * @throws RequestRefusedException if tools or tool calls are not JSON arrays of objects
   */
  static Conversation of(Prompt.Chat chat, boolean argumentsAsObjects, UnaryOperator<String> disarm)
      throws RequestRefusedException {
    List<@Nullable Object> messages = new ArrayList<>();
    for (Prompt.Message message : chat.messages()) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("role", message.role().equals("developer") ? "system" : message.role());
      boolean calls = !message.toolCallsJson().isEmpty();
      fields.put("content", calls && message.content().isEmpty() ? null : disarm.apply(message.content()));
      if (calls) {
        fields.put("tool_calls", calls(message.toolCallsJson(), argumentsAsObjects, disarm));
      }
      messages.add(fields);
    }
    return new Conversation(messages,
        chat.toolsJson().isEmpty() ? null : value(array(chat.toolsJson(), "tools"), disarm));
  }

  private static @Nullable Object calls(String json, boolean argumentsAsObjects, UnaryOperator<String> disarm)
      throws RequestRefusedException {
    JsonArray calls = array(json, "tool_calls").deepCopy();
    for (JsonElement call : calls) {
      if (argumentsAsObjects && call.getAsJsonObject().get("function") instanceof JsonObject function
          && function.get("arguments") instanceof JsonPrimitive text && text.isString()) {
        function.add("arguments", parsed(text.getAsString()));
      }
    }
    return value(calls, disarm);
  }

  /** Arguments that a model wrote need not be JSON; then they stay the text that they are. */
  private static JsonElement parsed(String arguments) {
    try {
      JsonElement parsed = JsonParser.parseString(arguments);
      return parsed.isJsonObject() ? parsed : new JsonPrimitive(arguments);
    } catch (JsonParseException _) {
      return new JsonPrimitive(arguments);
    }
  }

  private static JsonArray array(String json, String name) throws RequestRefusedException {
    try {
      if (JsonParser.parseString(json) instanceof JsonArray array) {
        for (JsonElement each : array) {
          if (!each.isJsonObject()) {
            throw RequestRefusedException.invalid(name + " must hold objects only");
          }
        }
        return array;
      }
    } catch (JsonParseException _) {
      // Said below.
    }
    throw RequestRefusedException.invalid(name + " must be a JSON array");
  }

  private static @Nullable Object value(JsonElement json, UnaryOperator<String> disarm) {
    return switch (json) {
      case JsonObject object -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        object.entrySet()
            .forEach(entry -> map.put(disarm.apply(entry.getKey()), value(entry.getValue(), disarm)));
        yield map;
      }
      case JsonArray array -> {
        List<@Nullable Object> list = new ArrayList<>();
        array.forEach(each -> list.add(value(each, disarm)));
        yield list;
      }
      case JsonPrimitive text when text.isString() -> disarm.apply(text.getAsString());
      case JsonPrimitive flag when flag.isBoolean() -> flag.getAsBoolean();
      case JsonPrimitive number -> number(number.getAsString());
      case JsonNull _ -> null;
      default -> throw new IllegalStateException("no such JSON: " + json.getClass());
    };
  }

  private static Object number(String text) {
    if (text.matches("-?\\d{1,18}")) {
      return Long.valueOf(text);
    }
    return text.matches("-?\\d+") ? new BigDecimal(text).toBigInteger() : Double.valueOf(text);
  }

  /** A setting of the operator's as a template's variable. */
  static @Nullable Object variable(JsonElement json) {
    return value(json, UnaryOperator.identity());
  }

  /** Everything in a conversation that its author wrote. */
  static List<String> contents(Prompt.Chat chat) {
    List<String> contents = new ArrayList<>(List.of(chat.toolsJson()));
    for (Prompt.Message message : chat.messages()) {
      contents.add(message.content());
      contents.add(message.toolCallsJson());
    }
    return contents;
  }
}
