package dev.tollgate.testing;

import dev.tollgate.inference.protocol.ChatMessage;
import dev.tollgate.inference.protocol.Prompt;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a prompt tells the stand-in to do, by words of the form {@code name=number}:
 *
 * <table>
 * <caption>directives</caption>
 * <tr><td>out</td><td>tokens until it stops by itself (16)</td></tr>
 * <tr><td>delay</td><td>milliseconds before each message (0)</td></tr>
 * <tr><td>batch</td><td>tokens per message (1)</td></tr>
 * <tr><td>cached</td><td>prompt tokens found in the cache (0)</td></tr>
 * <tr><td>fail</td><td>dies after that many tokens (never)</td></tr>
 * <tr><td>die</td><td>dies after that many tokens, once in a request's life (never)</td></tr>
 * <tr><td>hang</td><td>says nothing more after that many tokens, once in a request's life (never)</td></tr>
 * <tr><td>mute</td><td>goes on with another's answer by that many messages and no more, once in a request's life
 * (never)</td></tr>
 * <tr><td>late</td><td>lets go of the last so many tokens' text only at the end, without a token (0)</td></tr>
 * <tr><td>excess</td><td>sends that many tokens more than it was granted (0)</td></tr>
 * <tr><td>abandon</td><td>gives up after that many tokens, as for want of grants (never)</td></tr>
 * <tr><td>differs</td><td>1: would have answered otherwise, where another backend began</td></tr>
 * <tr><td>full</td><td>1: its queue is full</td></tr>
 * <tr><td>refuse</td><td>1: finds the request wrong, 2: has too much to do, only once it is to generate (never)</td></tr>
 * </table>
 */
record StandInScript(int promptTokens, int out, int delayMillis, int batch, int cached, int fail, int die,
    int hang, int mute, int late, int excess, int abandon, boolean differs, boolean full, int refuse) {

  static StandInScript of(Prompt prompt) {
    List<String> words = List.of(text(prompt).strip().split("\\s+"));
    return new StandInScript(words.size(), number(words, "out", 16), number(words, "delay", 0),
        Math.max(1, number(words, "batch", 1)), number(words, "cached", 0), number(words, "fail", -1),
        number(words, "die", -1), number(words, "hang", -1), number(words, "mute", -1),
        number(words, "late", 0),
        number(words, "excess", 0), number(words, "abandon", -1), number(words, "differs", 0) == 1,
        number(words, "full", 0) == 1, number(words, "refuse", 0));
  }

  private static String text(Prompt prompt) {
    return switch (prompt.getKindCase()) {
      case TEXT -> prompt.getText();
      case CHAT -> prompt.getChat().getMessagesList().stream().map(ChatMessage::getContent)
          .collect(Collectors.joining(" "));
      case TOKEN_IDS -> "token ".repeat(prompt.getTokenIds().getIdsCount());
      case KIND_NOT_SET -> "";
    };
  }

  private static int number(List<String> words, String name, int otherwise) {
    String prefix = name + "=";
    return words.stream().filter(word -> word.startsWith(prefix))
        .map(word -> Integer.parseInt(word.substring(prefix.length()))).findFirst().orElse(otherwise);
  }
}
