package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.Reservations.HoldRequest;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.simulation.Refusals.Question;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** One request from arrival to receipt, as a gateway and its client make it. */
final class Conversation {

  private static final Duration DEADLINE = Duration.ofMinutes(10);
  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(40).toNanos();

  private final World world;
  private final Instance instance;
  private final TenantId tenant;
  private final Payer payer;
  private final RequestId id;
  private final SplittableRandom random;
  private final long input;
  private final long cached;
  private final long output;
  private final long window;
  private final Outcome outcome;
  private long admittedAt;
  private long checkpointedAt;

  Conversation(World world, Instance instance, TenantId tenant, RequestId id, SplittableRandom random) {
    this.world = world;
    this.instance = instance;
    this.tenant = tenant;
    this.payer = Tenants.payer(tenant, random.nextInt(2), random.nextInt(2));
    this.id = id;
    this.random = random;
    this.input = random.nextInt(8) == 0 ? 0 : random.nextLong(1, 200);
    this.cached = input == 0 ? 0 : random.nextLong(input + 1);
    this.window = random.nextInt(4) == 0 ? random.nextLong(1, 8) : random.nextLong(16, 160);
    this.output = random.nextLong(1, Math.min(300, 12 * window) + 1);
    this.outcome = switch (random.nextInt(12)) {
      case 0, 1 -> Outcome.CLIENT_DISCONNECTED;
      case 2 -> Outcome.BACKEND_FAILED;
      case 3 -> Outcome.LENGTH;
      case 4 -> Outcome.REQUEST_REFUSED;
      default -> Outcome.COMPLETED;
    };
  }

  TenantId tenant() {
    return tenant;
  }

  RequestId id() {
    return id;
  }

  boolean isOn(Machine machine) {
    return instance.machine() == machine;
  }

  private Clock clock() {
    return instance.machine().clock();
  }

  private long now() {
    return world.schedule().now();
  }

  /** Runs on the instance's machine. */
  void run() {
    Instant arrivedAt = clock().instant();
    world.answers().begins(id.value());
    Question question = world.refusals().asks(instance, payer, null, input, arrivedAt, now());
    Admission admission = instance.funds().reservations().hold(new HoldRequest(id, payer, "model", "eu",
        input, window, arrivedAt, arrivedAt.plus(DEADLINE)));
    switch (admission) {
      case Admission.Refused(Refusal reason) -> {
        world.trace().note("instance %d refuses tenant %d: " + reason, now(), instance.number(),
            world.numberOf(tenant));
        world.refusals().refused(question, reason);
      }
      case Admission.Held(Hold hold) -> {
        world.trace().note("instance %d holds %d + %d tokens for tenant %d", now(), instance.number(), input,
            hold.coveredOutputTokens(), world.numberOf(tenant));
        admittedAt = now();
        world.refusals().admitted(question);
        world.reference().holds(instance, hold, payer, input, arrivedAt);
        answer(hold, arrivedAt);
      }
    }
  }

  private void answer(Hold hold, Instant arrivedAt) {
    if (random.nextInt(20) == 0) {
      instance.machine().pause(Duration.ofMillis(random.nextInt(50)));
      world.reference().ends(instance, hold);
      hold.release();
      hold.release();
      return;
    }
    long received = 0;
    boolean funded = true;
    while (funded && received < output) {
      instance.machine().pause(Duration.ofMillis(random.nextLong(5, 400)));
      received = Math.min(output, Math.min(hold.coveredOutputTokens(), received + random.nextLong(1, 200)));
      checkpoint(hold, received);
      if (received == hold.coveredOutputTokens() && received < output) {
        funded = extend(hold, arrivedAt);
      }
    }
    settle(hold, received, funded ? outcome : Outcome.FUNDS_EXHAUSTED);
  }

  private boolean extend(Hold hold, Instant arrivedAt) {
    long before = hold.coveredOutputTokens();
    Question question = world.refusals().asks(instance, payer, hold, 0, arrivedAt, admittedAt);
    long more = hold.extend(window);
    world.trace().note("instance %d extends by %d for tenant %d", now(), instance.number(), more,
        world.numberOf(tenant));
    if (more == 0) {
      world.refusals().refused(question,
          hold.mayExtendLater() ? Refusal.UNAVAILABLE : Refusal.INSUFFICIENT_BALANCE);
      return false;
    }
    world.refusals().admitted(question);
    world.reference().extended(instance, hold, before, window, more);
    return true;
  }

  private Consumption consumption(long received, Outcome how) {
    return new Consumption(Usage.of(input, cached, received), how, "/v1/chat/completions", "backend", null,
        clock().instant());
  }

  private void checkpoint(Hold hold, long received) {
    if (now() - checkpointedAt >= World.SECOND) {
      checkpointedAt = now();
      Consumption soFar = consumption(received, Outcome.INTERRUPTED);
      world.bills().submits(id, soFar);
      hold.checkpoint(soFar);
      world.answers().reaches(id.value(), instance.machine(), received);
    }
  }

  private void settle(Hold hold, long received, Outcome how) {
    Consumption consumption = consumption(received, how);
    world.bills().submits(id, consumption);
    world.answers().ends(id.value());
    world.reference().ends(instance, hold);
    CompletableFuture<Receipt> receipt = hold.settle(consumption).toCompletableFuture();
    instance.machine().await(receipt, LONGEST_WAIT_NANOS);
    if (receipt.isDone() && !receipt.isCompletedExceptionally()) {
      world.trace().note("tenant %d reads a receipt of %d pico", now(), world.numberOf(tenant),
          receipt.join().amountPico());
      world.answers().reads(id.value(), receipt.join());
    } else if (world.network().calmSince() + LONGEST_WAIT_NANOS < now()
        && !world.mayReject(instance.machine())) {
      throw new Violation("No receipt for %s, and nothing is wrong".formatted(id));
    }
  }
}
