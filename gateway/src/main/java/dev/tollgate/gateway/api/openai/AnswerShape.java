package dev.tollgate.gateway.api.openai;

import tools.jackson.core.JsonGenerator;

/** How chat completions and completions differ on the wire. */
enum AnswerShape {
  CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk") {

    @Override
    String deltaPrefix() {
      return "\"delta\":{\"content\":";
    }

    @Override
    String deltaSuffix() {
      return "}";
    }

    @Override
    String firstDelta() {
      return "\"delta\":{\"role\":\"assistant\",\"content\":\"\"}";
    }

    @Override
    String lastDelta() {
      return "\"delta\":{}";
    }

    @Override
    void writeText(JsonGenerator json, String text) {
      json.writeObjectPropertyStart("message");
      json.writeStringProperty("role", "assistant");
      json.writeStringProperty("content", text);
      json.writeNullProperty("refusal");
      json.writeEndObject();
    }
  },
  TEXT("cmpl-", "text_completion", "text_completion") {

    @Override
    String deltaPrefix() {
      return "\"text\":";
    }

    @Override
    String deltaSuffix() {
      return "";
    }

    @Override
    String firstDelta() {
      return "";
    }

    @Override
    String lastDelta() {
      return "\"text\":\"\"";
    }

    @Override
    void writeText(JsonGenerator json, String text) {
      json.writeStringProperty("text", text);
    }
  };

  private final String idPrefix;
  private final String object;
  private final String chunkObject;

  AnswerShape(String idPrefix, String object, String chunkObject) {
    this.idPrefix = idPrefix;
    this.object = object;
    this.chunkObject = chunkObject;
  }

  String idPrefix() {
    return idPrefix;
  }

  String object() {
    return object;
  }

  String chunkObject() {
    return chunkObject;
  }

  /** What stands before a piece of text in a chunk's choice. */
  abstract String deltaPrefix();

  abstract String deltaSuffix();

  /** What a choice's first chunk says before any text; empty if there is no such chunk. */
  abstract String firstDelta();

  abstract String lastDelta();

  abstract void writeText(JsonGenerator json, String text);
}
