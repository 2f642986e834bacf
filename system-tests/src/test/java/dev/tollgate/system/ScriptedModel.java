package dev.tollgate.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model that writes long JSON objects, one character a token, slowly; which one follows from prompt and seed. Like the
 * runtimes that it stands for it begins a new object with every run. It speaks vLLM's API, and the lines of the stand-in
 * for Triton's library.
 */
final class ScriptedModel implements AutoCloseable {

  static final Path TOKENIZER = Path.of(Objects.requireNonNull(System.getProperty("tollgate.root")))
      .resolve("inference-backend/demo-model");
  private static final JsonMapper JSON = new JsonMapper();
  private static final int END = 1;
  private static final int NUMBERS = 60;
  private static final long MILLIS_PER_TOKEN = 10;

  private final JsonNode vocabulary = JSON.readTree(TOKENIZER.resolve("tokenizer.json")).at("/model/vocab");
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer http;
  private final ServerSocket lines;

  ScriptedModel() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    http = HttpServer.create(new InetSocketAddress(loopback, 0), 64);
    http.setExecutor(threads);
    http.createContext("/v1/completions", this::complete);
    http.start();
    lines = new ServerSocket(0, 64, loopback);
    threads.execute(this::accept);
  }

  /** Where it speaks vLLM's API. */
  int httpPort() {
    return http.getAddress().getPort();
  }

  /** Where it speaks to the stand-in. */
  int linesPort() {
    return lines.getLocalPort();
  }

  private int[] answer(List<Integer> prompt, long seed) {
    var numbers = new Random(seed ^ prompt.hashCode());
    var text = new StringBuilder("{\"numbers\":[");
    for (int i = 0; i < NUMBERS; i++) {
      text.append(i == 0 ? "" : ",").append(numbers.nextInt(1000));
    }
    return text.append("]}").chars().map(c -> vocabulary.get(Character.toString(c)).asInt()).toArray();
  }

  /** What a token is written to; an exception means that nobody wants more. */
  private interface Writer {
    void token(int id) throws IOException;
  }

  /** @return whether the answer is whole */
  private boolean write(List<Integer> prompt, long seed, int most, Writer writer)
      throws IOException, InterruptedException {
    int[] answer = answer(prompt, seed);
    for (int i = 0; i < answer.length && i < most; i++) {
      Thread.sleep(MILLIS_PER_TOKEN);
      writer.token(answer[i]);
    }
    return answer.length <= most;
  }

  private static List<Integer> ids(JsonNode array) {
    return array.valueStream().map(JsonNode::asInt).toList();
  }

  private void complete(HttpExchange exchange) throws IOException {
    try (exchange; OutputStream output = exchange.getResponseBody()) {
      JsonNode body = JSON.readTree(exchange.getRequestBody());
      List<Integer> prompt = ids(body.path("prompt"));
      exchange.sendResponseHeaders(200, 0);
      boolean whole = write(prompt, body.path("seed").asLong(0), body.path("max_tokens").asInt(),
          id -> event(output, "[" + id + "]", "null", prompt.size()));
      event(output, whole ? "[" + END + "]" : "[]", whole ? "\"stop\"" : "\"length\"", prompt.size());
      output.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void event(OutputStream output, String ids, String finish, int promptTokens)
      throws IOException {
    output.write("""
        data: {"choices": [{"token_ids": %s, "finish_reason": %s}], "usage": {"prompt_tokens": %d}}

        """.formatted(ids, finish, promptTokens).getBytes(StandardCharsets.UTF_8));
    output.flush();
  }

  private void accept() {
    while (!lines.isClosed()) {
      try {
        Socket connection = lines.accept();
        threads.execute(() -> converse(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void converse(Socket connection) {
    try (connection;
        var input = new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      OutputStream output = connection.getOutputStream();
      JsonNode options = JSON.readTree(input.readLine());
      List<Integer> prompt = new ArrayList<>();
      for (String id : input.readLine().strip().split(" ", -1)) {
        prompt.add(Integer.valueOf(id));
      }
      boolean whole = write(prompt, options.path("seed").asLong(0), options.path("max_tokens").asInt(),
          id -> output.write(("T" + id + "\n").getBytes(StandardCharsets.US_ASCII)));
      output.write(
          whole ? "E1\n".getBytes(StandardCharsets.US_ASCII) : "E2\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // The stand-in has gone, or wants no more.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A configuration of the remote engine that uses it. */
  Path remote(Path folder) throws IOException {
    return Files.writeString(folder.resolve("remote.json"), """
        {"engine": "remote", "server": "vllm", "url": "http://127.0.0.1:%d/v1", "model": "scripted",
         "tokenizer": "%s", "context_length": 4096}""".formatted(httpPort(), TOKENIZER));
  }

  /** A configuration of the TensorRT-LLM engine that uses it, on the stand-in of the library. */
  Path tensorRtLlm(Path folder, Path library) throws IOException {
    return Files.writeString(folder.resolve("tensorrt-llm.json"), """
        {"engine": "tensorrt-llm", "checkpoint": "%s", "library": "%s", "context_length": 4096,
         "options": {"standin_port": %d}}""".formatted(TOKENIZER, library, linesPort()));
  }

  @Override
  public void close() throws IOException {
    http.stop(0);
    lines.close();
    threads.shutdownNow();
  }
}
