package dev.tollgate.system.chaos;

import dev.tollgate.inference.protocol.Start;
import dev.tollgate.testing.StandInBackend;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the backend generated: by request, and by the word that tells a question from all others. */
final class BackendRecords implements StandInBackend.Witness {

  private final Map<UUID, Integer> sent = new ConcurrentHashMap<>();
  private final Map<String, UUID> byTag = new ConcurrentHashMap<>();

  @Override
  public void ended(Start start, int outputTokens) {
    if (start.getRequestId().isEmpty()) {
      return;
    }
    var id = UUID.fromString(start.getRequestId());
    String prompt = start.getPrompt().getChat().getMessages(0).getContent();
    byTag.put(prompt.substring(0, prompt.indexOf(' ')), id);
    sent.merge(id, outputTokens, Integer::sum);
  }

  /** Output tokens that were sent for a request, 0 if it never came here. */
  int sent(UUID id) {
    return sent.getOrDefault(id, 0);
  }

  /** The id of a question that came as far as here, whether or not its client ever learnt it. */
  @Nullable
  UUID idOf(Question question) {
    return byTag.get(question.tag());
  }
}
