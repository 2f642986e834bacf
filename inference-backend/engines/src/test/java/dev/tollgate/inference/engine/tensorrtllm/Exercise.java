package dev.tollgate.inference.engine.tensorrtllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.inference.engine.EngineConfiguration;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.Sampling;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.relay.Order;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Many requests at the native border, of which some are cancelled, once or twice, and some fail. Also a program. */
final class Exercise {

  private static final int SIDE_BY_SIDE = 64;
  private static final int KINDS_OF_OBJECTS = 7;
  private static final int MOST_TOKENS = 20;
  private static final int END = 1;

  private Exercise() {}

  /** Takes the library, the number of requests and a cache salt for all of them. */
  public static void main(String[] arguments) throws InterruptedException {
    run(Path.of(arguments[0]), Layout.LLMAPI, Integer.parseInt(arguments[1]),
        arguments.length > 2 ? arguments[2] : "", 42);
  }

  static void run(Path library, Layout kind, int requests, String salt, long seed)
      throws InterruptedException {
    Random random = new Random(seed);
    TensorRtSettings settings = TensorRtSettings
        .read(EngineConfiguration.read(StandIn.configuration(library, settings(kind)), Map.of()));
    TensorLayout layout = kind == Layout.LLMAPI ? new LlmApiLayout(List.of(END))
        : new ExecutorLayout(List.of(END), 32, false);
    try (ModelRepository repository = ModelRepository.write(settings);
        Triton triton = Triton.start(settings.library(), settings.backends(), repository.folder(),
            ModelRepository.MODEL)) {
      Semaphore places = new Semaphore(SIDE_BY_SIDE);
      AtomicInteger ended = new AtomicInteger();
      AtomicInteger tokens = new AtomicInteger();
      for (int i = 0; i < requests; i++) {
        places.acquire();
        String fault = !salt.isEmpty() ? salt
            : i % 50 == 0 ? "standin-error" : i % 10 == 0 ? "standin-slow" : "";
        TritonCall call = triton.infer(layout.inputs(order(i, fault)), response -> {
          tokens.addAndGet(layout.read(response, MOST_TOKENS).ids().size());
          if (response.last()) {
            ended.incrementAndGet();
            places.release();
          }
        });
        for (int times = random.nextInt(3); times > 0; times--) {
          call.cancel();
        }
      }
      await().until(() -> ended.get() == requests);
      assertThat(tokens.get()).as("tokens with the seed %s", seed).isPositive();
      await().until(() -> TritonCallbacks.open() == 0);
      // A real library does not tell how many objects of its are alive.
      if (!StandIn.isReal()) {
        await().untilAsserted(
            () -> assertThat(living(triton)).allSatisfy((_, count) -> assertThat(count).isZero()));
      }
    }
  }

  private static String settings(Layout layout) {
    return layout == Layout.LLMAPI ? "{}"
        : "{\"layout\": \"executor\", \"engine_folder\": \"" + StandIn.engine("{}")
            + "\", \"kv_cache\": {\"reuse\": false}}";
  }

  private static Order order(int number, String salt) {
    TokenIds ids = TokenIds.of(number, 5, 6);
    Sampling greedy = new Sampling(0f, null, null, null, null, null, 0, 0, 0, Map.of(), List.of(),
        new ResponseFormat.Free(), true);
    return new Order(new Prompt.Ids(ids), ids, 0, MOST_TOKENS, greedy, 0, 0, salt);
  }

  private static Map<String, Integer> living(Triton triton) {
    Map<String, Integer> counts = new HashMap<>();
    triton.metrics().lines().filter(line -> line.startsWith("standin_live"))
        .forEach(line -> counts.put(line.substring(0, line.indexOf(' ')),
            Integer.valueOf(line.substring(line.indexOf(' ') + 1))));
    assertThat(counts).hasSize(KINDS_OF_OBJECTS);
    return counts;
  }
}
