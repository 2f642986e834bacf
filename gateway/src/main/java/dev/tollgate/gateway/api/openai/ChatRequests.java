package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.api.ApiProperties;
import dev.tollgate.gateway.api.JsonFields;
import dev.tollgate.inference.protocol.Chat;
import dev.tollgate.inference.protocol.ChatMessage;
import dev.tollgate.inference.protocol.JsonObject;
import dev.tollgate.inference.protocol.Prompt;
import dev.tollgate.inference.protocol.ResponseFormat;
import dev.tollgate.inference.protocol.Sampling;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the body of {@code POST /v1/chat/completions}. Fields it does not know are ignored, as OpenAI does. */
@Component
final class ChatRequests {

  static final String ENDPOINT = "/v1/chat/completions";

  private static final int MAX_MESSAGES = 2048;
  private static final int MAX_PARTS = 256;
  private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool",
      "function");

  private final ApiProperties limits;

  ChatRequests(ApiProperties limits) {
    this.limits = limits;
  }

  GenerationCall read(ObjectNode body) {
    var fields = new JsonFields(body);
    String model = CommonFields.model(fields);
    var chat = Chat.newBuilder();
    List<ChatMessage> messages = fields.list("messages", MAX_MESSAGES, ChatRequests::message);
    if (messages.isEmpty()) {
      throw JsonFields.wrong("messages", "you must provide at least one message");
    }
    chat.addAllMessages(messages);
    JsonNode tools = fields.node("tools");
    if (tools != null) {
      JsonFields.list(tools, "tools", 128, JsonFields::object);
      chat.setToolsJson(tools.isEmpty() ? "" : tools.toString());
    }
    Sampling.Builder sampling = SamplingFields.read(fields);
    readFormat(fields.child("response_format"), sampling);
    Long maxTokens = CommonFields.maxTokens(fields, "max_completion_tokens");
    if (maxTokens == null) {
      maxTokens = CommonFields.maxTokens(fields, "max_tokens");
    }
    return CommonFields.call(fields, ENDPOINT, model, List.of(Prompt.newBuilder().setChat(chat).build()),
        sampling.build(), maxTokens, limits);
  }

  private static ChatMessage message(JsonNode node, String path) {
    JsonFields fields = JsonFields.object(node, path);
    String role = fields.requiredText("role");
    if (!ROLES.contains(role)) {
      throw JsonFields.wrong(fields.path("role"),
          "must be one of system, developer, user, assistant and tool");
    }
    var message = ChatMessage.newBuilder().setRole(role);
    JsonNode toolCalls = fields.node("tool_calls");
    String content = content(fields.node("content"), fields.path("content"));
    if (content == null && (toolCalls == null || !role.equals("assistant"))) {
      throw JsonFields.wrong(fields.path("content"), "you must provide a string or an array of text parts");
    }
    message.setContent(content == null ? "" : content);
    if (toolCalls != null) {
      JsonFields.list(toolCalls, fields.path("tool_calls"), 128, JsonFields::object);
      message.setToolCallsJson(toolCalls.toString());
    }
    String name = fields.text("name");
    if (name != null) {
      message.setName(name);
    }
    String toolCallId = fields.text("tool_call_id");
    if (toolCallId != null) {
      message.setToolCallId(toolCallId);
    }
    return message.build();
  }

  private static @Nullable String content(@Nullable JsonNode node, String path) {
    if (node == null || node.isString()) {
      return node == null ? null : JsonFields.text(node, path);
    }
    return String.join("", JsonFields.list(node, path, MAX_PARTS, ChatRequests::part));
  }

  private static String part(JsonNode node, String path) {
    JsonFields fields = JsonFields.object(node, path);
    String type = fields.requiredText("type");
    if (!type.equals("text")) {
      throw JsonFields.wrong(fields.path("type"), "only 'text' parts are supported, not '" + type + "'");
    }
    String text = fields.text("text");
    if (text == null) {
      throw JsonFields.wrong(fields.path("text"), "you must provide a string");
    }
    return text;
  }

  private static void readFormat(@Nullable JsonFields format, Sampling.Builder sampling) {
    if (format == null) {
      return;
    }
    String type = format.requiredText("type");
    switch (type) {
      case "text" -> {
        // What is generated without being told anything.
      }
      case "json_object" -> sampling.setResponseFormat(
          ResponseFormat.newBuilder().setJsonObject(JsonObject.getDefaultInstance()));
      case "json_schema" ->
        sampling.setResponseFormat(ResponseFormat.newBuilder().setJsonSchema(schema(format)));
      default -> throw JsonFields.wrong("response_format.type", "must be text, json_object or json_schema");
    }
  }

  private static String schema(JsonFields format) {
    JsonFields named = format.child("json_schema");
    JsonNode schema = named == null ? null : named.node("schema");
    if (!(schema instanceof ObjectNode)) {
      throw JsonFields.wrong("response_format.json_schema.schema", "you must provide a JSON schema");
    }
    return schema.toString();
  }
}
