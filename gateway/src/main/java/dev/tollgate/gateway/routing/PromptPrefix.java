package dev.tollgate.gateway.routing;

import dev.tollgate.inference.protocol.ChatMessage;
import dev.tollgate.inference.protocol.Prompt;
import dev.tollgate.tenants.TenantId;

/**
 * A number that prompts of one tenant share if they begin alike, and so would find each other's beginning in a cache.
 * What counts as the beginning is bounded: a conversation's up to the first thing its user says, so that its later turns
 * go where its first one went.
 */
final class PromptPrefix {

  private static final int MOST_CHARACTERS = 2048;
  private static final int MOST_IDS = 512;
  private static final long PRIME = 0x100000001b3L;

  private PromptPrefix() {}

  /** The number of a prompt; other tenants' prompts have others, so that none can tell what another asks. */
  static long of(TenantId tenant, Prompt prompt) {
    long hash = tenant.value().getMostSignificantBits() * 31 + tenant.value().getLeastSignificantBits();
    return switch (prompt.getKindCase()) {
      case CHAT -> {
        int left = MOST_CHARACTERS;
        for (ChatMessage message : prompt.getChat().getMessagesList()) {
          hash = add(add(hash, message.getRole(), left), message.getContent(), left);
          left -= message.getContent().length();
          if (left <= 0 || message.getRole().equals("user")) {
            break;
          }
        }
        yield Chooser.mix(hash);
      }
      case TEXT -> Chooser.mix(add(hash, prompt.getText(), MOST_CHARACTERS));
      case TOKEN_IDS -> {
        int count = Math.min(MOST_IDS, prompt.getTokenIds().getIdsCount());
        for (int i = 0; i < count; i++) {
          hash = (hash ^ prompt.getTokenIds().getIds(i)) * PRIME;
        }
        yield Chooser.mix(hash);
      }
      case KIND_NOT_SET -> Chooser.mix(hash);
    };
  }

  /** About how many tokens a prompt has, only to compare loads with: nobody is billed by it. */
  static long roughTokens(Prompt prompt) {
    return switch (prompt.getKindCase()) {
      case CHAT -> prompt.getChat().getMessagesList().stream()
          .mapToLong(message -> message.getContent().length() / 4L + 4).sum();
      case TEXT -> prompt.getText().length() / 4L;
      case TOKEN_IDS -> prompt.getTokenIds().getIdsCount();
      case KIND_NOT_SET -> 0;
    };
  }

  /** FNV-1a over characters. */
  private static long add(long hash, String text, int most) {
    long result = hash;
    int length = Math.min(most, text.length());
    for (int i = 0; i < length; i++) {
      result = (result ^ text.charAt(i)) * PRIME;
    }
    return result;
  }
}
