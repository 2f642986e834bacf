package dev.tollgate.inference.engine.tensorrtllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.inference.engine.EngineConfiguration;
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

  private Exercise() {}

  /** Takes the library, the number of requests and a cache salt for all of them. */
  public static void main(String[] arguments) throws InterruptedException {
    run(Path.of(arguments[0]), Integer.parseInt(arguments[1]), arguments.length > 2 ? arguments[2] : "", 42);
  }

  static void run(Path library, int requests, String salt, long seed) throws InterruptedException {
    Random random = new Random(seed);
    TensorRtSettings settings = TensorRtSettings
        .read(EngineConfiguration.read(StandIn.configuration(library, "{}"), Map.of()));
    try (ModelRepository repository = ModelRepository.write(settings);
        Triton triton = Triton.start(settings.library(), settings.backends(), repository.folder(),
            ModelRepository.MODEL)) {
      Semaphore places = new Semaphore(SIDE_BY_SIDE);
      AtomicInteger ended = new AtomicInteger();
      AtomicInteger tokens = new AtomicInteger();
      for (int i = 0; i < requests; i++) {
        places.acquire();
        String kind = !salt.isEmpty() ? salt
            : i % 50 == 0 ? "standin-error" : i % 10 == 0 ? "standin-slow" : "";
        TritonCall call = triton.infer(inputs(i, kind), 0, response -> {
          tokens.addAndGet(response.ints("token_ids").size());
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

  private static List<Tensor> inputs(int number, String salt) {
    return List.of(Tensor.ints("input_ids", List.of(3L), number, 5, 6),
        Tensor.text("options", List.of(1L), "{\"max_tokens\": 20, \"cache_salt\": \"" + salt + "\"}"));
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
