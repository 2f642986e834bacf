package dev.tollgate.inference.engine;

import java.util.List;

/** What a sequence continues. */
public sealed interface Prompt {

  /**
   * A conversation, put into the model's own format by its chat template.
   *
   * @param toolsJson a JSON array of tool definitions, empty if none
   */
  record Chat(List<Message> messages, String toolsJson) implements Prompt {

    public Chat {
      messages = List.copyOf(messages);
    }
  }

  /** Bare text; control tokens written in it are plain text. */
  record Text(String text) implements Prompt {}

  /** Token ids exactly as the model shall see them; nothing is added. */
  record Ids(TokenIds ids) implements Prompt {}

  /**
   * One turn.
   *
   * @param role one of system, developer, user, assistant, tool
   * @param toolCallsJson a JSON array of the calls an assistant made, empty if none
   */
  record Message(String role, String content, String toolCallsJson) {}
}
