package dev.tollgate.system.chaos;

import dev.tollgate.system.chaos.Asked.Ending;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** All clients: each asks, reads, sometimes leaves, and asks again, at any gateway that is up. */
final class Crowd implements AutoCloseable {

  private static final RandomGeneratorFactory<RandomGenerator> RANDOM = RandomGeneratorFactory
      .of("L64X128MixRandom");
  private static final int TOGETHER = 10;

  private final HttpClient http;
  private final List<GatewayProcess> gateways;
  private final Customers customers;
  private final long seed;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> running = new ArrayList<>();
  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger number = new AtomicInteger();
  private volatile boolean over;

  Crowd(HttpClient http, List<GatewayProcess> gateways, Customers customers, long seed) {
    this.http = http;
    this.gateways = gateways;
    this.customers = customers;
    this.seed = seed;
  }

  /** Clients of a customer whose answers are as long as the bounds say. */
  void begin(Customer customer, int clients, int shortest, int longest) {
    for (int client = 0; client < clients; client++) {
      RandomGenerator random = RANDOM.create(seed + 1_000L * running.size());
      running.add(threads.submit(() -> {
        while (!over) {
          Asked answer = ask(random, any(random, customer, shortest, longest));
          if (answer.isRefusedForFunds() || answer.ending() instanceof Ending.CutOff) {
            Thread.sleep(random.nextInt(300, 900));
          }
        }
        return null;
      }));
    }
  }

  /**
   * Clients of a customer who has each time exactly what that many requests at once cost: none may be refused, and
   * nothing is left.
   */
  void beginRounds(Customer customer) {
    RandomGenerator random = RANDOM.create(seed + 7);
    running.add(threads.submit(() -> {
      long left = 0;
      while (!over) {
        List<Question> round = new ArrayList<>();
        for (int i = 0; i < TOGETHER; i++) {
          round.add(new Question(tag(), customer, 2, 24, 30, 4, 24, i % 2 == 0, -1));
        }
        long cost = round.stream().mapToLong(Question::mostHeldPico).sum();
        if (cost > left) {
          customers.topUp(customer, cost - left);
        }
        left = Math.max(left, cost) - spent(together(random, round));
      }
      return null;
    }));
  }

  private List<Asked> together(RandomGenerator random, List<Question> round) throws Exception {
    List<Callable<Asked>> tasks = new ArrayList<>();
    for (Question question : round) {
      GatewayProcess gateway = anyUp(random);
      tasks.add(() -> ask(question, gateway));
    }
    List<Asked> answers = new ArrayList<>();
    for (Future<Asked> answer : threads.invokeAll(tasks)) {
      answers.add(answer.get());
    }
    return answers;
  }

  /** What is gone for certain or perhaps; who was refused for certain spent nothing. */
  private static long spent(List<Asked> round) {
    return round.stream().filter(one -> !(one.ending() instanceof Ending.Refused))
        .mapToLong(one -> one.question().mostHeldPico()).sum();
  }

  /** Pays a little in, again and again, so that the customer is always near the end of its funds. */
  void beginTopUps(Customer customer, long leastPico, long mostPico) {
    RandomGenerator random = RANDOM.create(seed + 13);
    running.add(threads.submit(() -> {
      while (!over) {
        customers.topUp(customer, random.nextLong(leastPico, mostPico));
        Thread.sleep(random.nextInt(200, 900));
      }
      return null;
    }));
  }

  private Question any(RandomGenerator random, Customer customer, int shortest, int longest) {
    boolean stream = random.nextInt(4) > 0;
    int out = random.nextInt(shortest, longest);
    int leave = random.nextInt(8) > 0 ? -1 : stream ? random.nextInt(1, out) : random.nextInt(50, 2_000);
    int most = switch (random.nextInt(3)) {
      case 0 -> out;
      case 1 -> 50_000;
      default -> 0;
    };
    return new Question(tag(), customer, random.nextInt(12), out, random.nextInt(80, 240),
        random.nextInt(2, 7), most, stream, leave);
  }

  private String tag() {
    return "q" + number.incrementAndGet();
  }

  private GatewayProcess anyUp(RandomGenerator random) {
    List<GatewayProcess> up = gateways.stream().filter(GatewayProcess::isUp).toList();
    return up.get(random.nextInt(up.size()));
  }

  private Asked ask(RandomGenerator random, Question question) throws InterruptedException {
    return ask(question, anyUp(random));
  }

  private Asked ask(Question question, GatewayProcess gateway) throws InterruptedException {
    Asked answer = Client.ask(http, question, gateway);
    asked.add(answer);
    return answer;
  }

  /** One more question of a customer, when all others are through: an answer as long as its funds last. */
  Asked askForAllThatIsLeft(Customer customer) throws InterruptedException {
    return ask(new Question(tag(), customer, 0, 90_000, 1, 500, 0, true, -1), gateways.getFirst());
  }

  /** Lets what runs end, and begins nothing new. */
  void finish() throws InterruptedException, ExecutionException {
    over = true;
    for (Future<?> client : running) {
      client.get();
    }
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void close() {
    over = true;
    threads.shutdownNow();
  }
}
