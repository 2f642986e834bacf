package dev.tollgate.inference.engine.remote;

import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.Sampling;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.relay.Order;
import dev.tollgate.inference.engine.tokens.ModelTokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the server a few things before it serves: whether it lists its tokens, and counts prompts as we do. */
final class StartCheck {

  private static final Logger log = LoggerFactory.getLogger(StartCheck.class);
  private static final int ANSWER_TOKENS = 4;
  private static final List<List<Prompt.Message>> CONVERSATIONS = List.of(
      List.of(new Prompt.Message("user", "Hello!", "")),
      List.of(new Prompt.Message("user", "One, two,", ""), new Prompt.Message("assistant", "three.", ""),
          new Prompt.Message("user", "And then?\n\nSay: \u00e9\u4e2d\ud83d\ude00", "")));

  /** What a probe's stream said altogether. */
  private record Heard(int tokens, boolean listed, int promptTokens, int completionTokens) {}

  private final RemoteSettings settings;
  private final RemoteServer server;
  private final ChunkReader reader;
  private final ModelTokens tokens;

  StartCheck(RemoteSettings settings, RemoteServer server, ChunkReader reader, ModelTokens tokens) {
    this.settings = settings;
    this.server = server;
    this.reader = reader;
    this.tokens = tokens;
  }

  /** @throws EngineStartException if answers of this server could not be counted exactly */
  void run() {
    for (List<Prompt.Message> conversation : CONVERSATIONS) {
      Prompt prompt = new Prompt.Chat(conversation, "");
      try {
        probe(prompt, tokens.of(prompt));
      } catch (RequestRefusedException e) {
        if (!settings.server().takesIds()) {
          throw new EngineStartException("the chat template cannot be used: " + e.refusal().message());
        }
        log.info("the model has no chat template for {} turns: {}", conversation.size(),
            e.refusal().message());
      }
    }
  }

  private void probe(Prompt prompt, int[] ids) {
    Sampling sampling = new Sampling(0f, null, null, null, null, null, 0, 0, 0, Map.of(), List.of(),
        new ResponseFormat.Free(), false);
    Order order = new Order(prompt, TokenIds.of(ids), 0, ANSWER_TOKENS, sampling, 0, 0, "start-check");
    Heard heard = ask(order);
    if (!heard.listed) {
      throw new EngineStartException(
          "the server at " + settings.url().getAuthority() + " does not list the tokens it"
              + " generates, so they could not be counted: "
              + (settings.server().takesIds() ? "a newer version is needed, or another setting of server"
                  : "it must support logprobs"));
    }
    if (heard.promptTokens >= 0 && heard.promptTokens != ids.length) {
      throw new EngineStartException("the tokenizer in " + settings.tokenizer() + " counts " + ids.length
          + " tokens in a prompt where the server counts " + heard.promptTokens
          + ": name the tokenizer and chat template of the model that it serves");
    }
    if (heard.promptTokens < 0 && !settings.server().takesIds()) {
      throw new EngineStartException("the server at " + settings.url().getAuthority()
          + " sends no usage, so its count of prompts cannot be compared with the tokenizer's");
    }
    if (heard.completionTokens >= 0 && heard.completionTokens != heard.tokens
        && heard.completionTokens != heard.tokens + 1) {
      throw new EngineStartException("the server at " + settings.url().getAuthority() + " counts "
          + heard.completionTokens + " tokens in an answer of which it lists " + heard.tokens);
    }
  }

  private Heard ask(Order order) {
    Future<HttpResponse<InputStream>> asking = server.ask(new RemoteBody(settings).of(order));
    FutureTask<Heard> listening = new FutureTask<>(() -> listen(asking.get()));
    server.run(listening);
    Duration limit = settings.connectLimit().plus(settings.firstTokenLimit());
    try {
      return listening.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      asking.cancel(true);
      throw new EngineStartException(
          "the server at " + settings.url().getAuthority() + " did not answer within "
              + limit.toSeconds() + " s; is the model still being loaded?");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof ExecutionException inner && inner.getCause() != null
          ? inner.getCause()
          : e.getCause();
      throw cause instanceof EngineStartException known ? known
          : new EngineStartException(
              "the server at " + settings.url().getAuthority() + " cannot be reached: " + cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineStartException("interrupted while the server was asked");
    }
  }

  private Heard listen(HttpResponse<InputStream> response) throws IOException {
    Rejection rejection = server.rejection(response);
    if (rejection != null) {
      throw new EngineStartException(rejection.message());
    }
    int count = 0;
    boolean listed = false;
    int prompt = -1;
    int completion = -1;
    try (InputStream body = response.body()) {
      EventStream events = new EventStream(body);
      String data = events.next();
      while (data != null && !data.equals("[DONE]")) {
        Chunk chunk = reader.read(data);
        if (chunk.error() != null) {
          throw new EngineStartException(
              "the server at " + settings.url().getAuthority() + " reports: " + chunk.error());
        }
        count += chunk.ids().size();
        listed |= chunk.listed();
        prompt = Math.max(prompt, chunk.promptTokens());
        completion = Math.max(completion, chunk.completionTokens());
        data = events.next();
      }
    }
    return new Heard(count, listed, prompt, completion);
  }
}
