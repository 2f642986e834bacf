package dev.tollgate.inference.engine.tensorrtllm;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gives the stand-in a real model's tokens: one connection per request, one line per token. */
final class TokenServer implements AutoCloseable {

  private final Engine engine;
  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  TokenServer(Engine engine) throws IOException {
    this.engine = engine;
    this.socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    threads.execute(() -> {
      while (!socket.isClosed()) {
        try {
          Socket connection = socket.accept();
          threads.execute(() -> answer(connection));
        } catch (IOException _) {
          return;
        }
      }
    });
  }

  int port() {
    return socket.getLocalPort();
  }

  private void answer(Socket connection) {
    try (connection) {
      BufferedReader input = new BufferedReader(
          new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
      JsonObject options = JsonParser.parseString(input.readLine()).getAsJsonObject();
      TokenIds ids = TokenIds
          .of(Stream.of(input.readLine().strip().split(" ", -1)).mapToInt(Integer::parseInt).toArray());
      BlockingQueue<SequenceEvent> events = new LinkedBlockingQueue<>();
      Sequence sequence = engine.submit(request(options, ids), events::add);
      try {
        write(connection.getOutputStream(), events);
      } finally {
        sequence.cancel();
      }
    } catch (IOException | RequestRefusedException _) {
      // The stand-in hears that the connection has ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(OutputStream output, BlockingQueue<SequenceEvent> events)
      throws IOException, InterruptedException {
    while (true) {
      StringBuilder lines = new StringBuilder();
      SequenceEvent event = events.take();
      switch (event) {
        case SequenceEvent.Started started ->
          lines.append("C").append(started.cachedPromptTokens()).append('\n');
        case SequenceEvent.Tokens tokens -> {
          for (int id : tokens.ids().toArray()) {
            lines.append("T").append(id).append('\n');
          }
        }
        case SequenceEvent.Finished finished -> lines.append("E")
            .append(finished.reason() == FinishReason.STOP ? 1 : 2).append('\n');
        case SequenceEvent.Failed failed -> throw new IOException(failed.message());
        case SequenceEvent.Refused refused -> throw new IOException(refused.refusal().message());
        case SequenceEvent.NotResumed notResumed -> throw new IOException(notResumed.message());
      }
      output.write(lines.toString().getBytes(StandardCharsets.US_ASCII));
      if (event instanceof SequenceEvent.Finished) {
        return;
      }
    }
  }

  private static GenerationRequest request(JsonObject options, TokenIds ids) {
    Map<Integer, Float> biases = new HashMap<>();
    if (options.get("logit_bias") instanceof JsonObject given) {
      given.entrySet()
          .forEach(entry -> biases.put(Integer.valueOf(entry.getKey()), entry.getValue().getAsFloat()));
    }
    Float repetition = number(options, "repetition_penalty");
    Sampling sampling = new Sampling(number(options, "temperature"), number(options, "top_p"),
        options.has("top_k") ? options.get("top_k").getAsInt() : null, number(options, "min_p"),
        options.get("seed").getAsLong(), null, options.get("frequency_penalty").getAsFloat(),
        options.get("presence_penalty").getAsFloat(), repetition == null ? 0 : repetition, biases, List.of(),
        format(options), options.get("ignore_end").getAsBoolean());
    return new GenerationRequest(new Prompt.Ids(ids), sampling, options.get("max_tokens").getAsInt(), 0,
        options.get("cache_salt").getAsString(), TokenIds.NONE, new Grant(Integer.MAX_VALUE, false));
  }

  private static ResponseFormat format(JsonObject options) {
    if (options.has("guide_json")) {
      return new ResponseFormat.JsonSchema(options.get("guide_json").getAsString());
    }
    if (options.has("guide_grammar")) {
      return new ResponseFormat.Grammar(options.get("guide_grammar").getAsString());
    }
    return options.has("guide_json_object") ? new ResponseFormat.JsonObject() : new ResponseFormat.Free();
  }

  private static @Nullable Float number(JsonObject options, String name) {
    return options.has(name) ? options.get(name).getAsFloat() : null;
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
