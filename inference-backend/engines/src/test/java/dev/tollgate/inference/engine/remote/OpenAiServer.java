package dev.tollgate.inference.engine.remote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.FinishReason;
import dev.tollgate.inference.engine.GenerationRequest;
import dev.tollgate.inference.engine.Grant;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.Sampling;
import dev.tollgate.inference.engine.Sequence;
import dev.tollgate.inference.engine.SequenceEvent;
import dev.tollgate.inference.engine.TokenIds;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A small server in OpenAI's API over a real engine: completions from token ids as vLLM has them, and vendors' chats. */
final class OpenAiServer implements AutoCloseable {

  private static final int END = 1;

  private final Engine engine;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<JsonObject> requests = new ArrayList<>();

  OpenAiServer(Engine engine) throws IOException {
    this(engine, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64));
  }

  OpenAiServer(Engine engine, HttpServer server) {
    this.engine = engine;
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/v1/completions", exchange -> answer(exchange, false));
    server.createContext("/v1/chat/completions", exchange -> answer(exchange, true));
    server.createContext("/v1/models", exchange -> {
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  synchronized List<JsonObject> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange, boolean chat) throws IOException {
    try (exchange) {
      JsonObject body = JsonParser
          .parseString(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
          .getAsJsonObject();
      synchronized (this) {
        requests.add(body);
      }
      BlockingQueue<SequenceEvent> events = new LinkedBlockingQueue<>();
      Sequence sequence = engine.submit(request(body, chat), events::add);
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      try {
        stream(exchange.getResponseBody(), events, sequence.promptTokens(), chat);
      } finally {
        sequence.cancel();
      }
    } catch (RequestRefusedException e) {
      byte[] error = ("{\"error\":{\"message\":\"" + e.refusal().message().replace("\"", "'") + "\"}}")
          .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(400, error.length);
      exchange.getResponseBody().write(error);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stream(OutputStream output, BlockingQueue<SequenceEvent> events, int promptTokens,
      boolean chat)
      throws IOException, InterruptedException {
    int cached = 0;
    int count = 0;
    while (true) {
      switch (events.take()) {
        case SequenceEvent.Started started -> cached = started.cachedPromptTokens();
        case SequenceEvent.Tokens tokens -> {
          count += tokens.ids().size();
          send(output,
              chunk(tokens.ids().toArray(), tokens.text(), null, chat, usage(promptTokens, cached, count)));
        }
        case SequenceEvent.Finished finished -> {
          boolean stop = finished.reason() == FinishReason.STOP;
          int[] last = stop && !chat ? new int[]{END} : new int[0];
          send(output, chunk(last, "", stop ? "stop" : "length", chat,
              usage(promptTokens, cached, count + (stop ? 1 : 0))));
          output.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
          output.flush();
          return;
        }
        case SequenceEvent.Failed failed -> throw new IOException(failed.message());
        case SequenceEvent.Refused refused -> throw new IOException(refused.refusal().message());
        case SequenceEvent.NotResumed notResumed -> throw new IOException(notResumed.message());
      }
    }
  }

  private static void send(OutputStream output, JsonObject event) throws IOException {
    output.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
    output.flush();
  }

  private JsonObject chunk(int[] ids, String text, @Nullable String finish, boolean chat, JsonObject usage) {
    JsonObject choice = new JsonObject();
    choice.addProperty("index", 0);
    choice.addProperty("finish_reason", finish);
    if (chat) {
      JsonObject delta = new JsonObject();
      delta.addProperty("content", text);
      choice.add("delta", delta);
      choice.add("logprobs", logprobs(ids));
    } else {
      choice.addProperty("text", text);
      JsonArray array = new JsonArray();
      for (int id : ids) {
        array.add(id);
      }
      choice.add("token_ids", array);
    }
    JsonArray choices = new JsonArray();
    choices.add(choice);
    JsonObject event = new JsonObject();
    event.add("choices", choices);
    event.add("usage", usage);
    return event;
  }

  private JsonObject logprobs(int[] ids) {
    JsonArray content = new JsonArray();
    for (int id : ids) {
      JsonObject token = new JsonObject();
      token.add("bytes", DemoBytes.of(id));
      token.addProperty("token", "?");
      content.add(token);
    }
    JsonObject logprobs = new JsonObject();
    logprobs.add("content", content);
    return logprobs;
  }

  private static JsonObject usage(int prompt, int cached, int completion) {
    JsonObject details = new JsonObject();
    details.addProperty("cached_tokens", cached);
    JsonObject usage = new JsonObject();
    usage.addProperty("prompt_tokens", prompt);
    usage.addProperty("completion_tokens", completion);
    usage.add("prompt_tokens_details", details);
    return usage;
  }

  private static GenerationRequest request(JsonObject body, boolean chat) {
    Map<Integer, Float> biases = new HashMap<>();
    if (body.get("logit_bias") instanceof JsonObject given) {
      given.entrySet()
          .forEach(entry -> biases.put(Integer.valueOf(entry.getKey()), entry.getValue().getAsFloat()));
    }
    Sampling sampling = new Sampling(number(body, "temperature"), number(body, "top_p"),
        body.has("top_k") ? body.get("top_k").getAsInt() : null, number(body, "min_p"),
        body.has("seed") ? body.get("seed").getAsLong() : null, null,
        orZero(number(body, "frequency_penalty")),
        orZero(number(body, "presence_penalty")), orZero(number(body, "repetition_penalty")), biases,
        List.of(),
        format(body.get("response_format")), body.has("ignore_eos"));
    return new GenerationRequest(chat ? conversation(body) : new Prompt.Ids(ids(body)), sampling,
        body.get("max_tokens").getAsInt(), 0,
        body.has("cache_salt") ? body.get("cache_salt").getAsString() : "",
        TokenIds.NONE, new Grant(Integer.MAX_VALUE, false));
  }

  private static TokenIds ids(JsonObject body) {
    return TokenIds
        .of(body.getAsJsonArray("prompt").asList().stream().mapToInt(JsonElement::getAsInt).toArray());
  }

  private static Prompt conversation(JsonObject body) {
    return new Prompt.Chat(body.getAsJsonArray("messages").asList().stream().map(JsonElement::getAsJsonObject)
        .map(message -> new Prompt.Message(message.get("role").getAsString(),
            message.get("content").getAsString(), ""))
        .toList(), "");
  }

  private static ResponseFormat format(@Nullable JsonElement wire) {
    if (wire == null) {
      return new ResponseFormat.Free();
    }
    JsonObject format = wire.getAsJsonObject();
    return format.get("type").getAsString().equals("json_object") ? new ResponseFormat.JsonObject()
        : new ResponseFormat.JsonSchema(format.getAsJsonObject("json_schema").get("schema").toString());
  }

  private static @Nullable Float number(JsonObject body, String name) {
    return body.has(name) ? body.get(name).getAsFloat() : null;
  }

  private static float orZero(@Nullable Float number) {
    return number == null ? 0 : number;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
