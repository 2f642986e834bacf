package dev.tollgate.billing.funds;

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
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A request as a test tells it. */
public final class Request {

  private final House.Instance instance;
  private final Clock clock;
  private Payer payer;
  private RequestId id;
  private String model = "deepseek-v3";
  private String region = "eu";

  Request(House.Instance instance, TenantId tenant, Clock clock) {
    this.instance = instance;
    this.clock = clock;
    this.payer = new Payer(tenant, new ProjectId(tenant.value()), new ApiKeyId(tenant.value()));
    this.id = idAt(clock.instant());
  }

  public static RequestId idAt(Instant instant) {
    var random = ThreadLocalRandom.current();
    long high = (instant.toEpochMilli() << 16) | 0x7000 | random.nextInt(0x1000);
    long low = (random.nextLong() & (-1L >>> 2)) | (1L << 63);
    return new RequestId(new UUID(high, low));
  }

  public Request withId(RequestId same) {
    this.id = same;
    return this;
  }

  public Request of(String name) {
    this.model = name;
    return this;
  }

  public Request in(String name) {
    this.region = name;
    return this;
  }

  public Request by(ProjectId project, ApiKeyId key) {
    this.payer = new Payer(payer.tenant(), project, key);
    return this;
  }

  public RequestId id() {
    return id;
  }

  public Payer payer() {
    return payer;
  }

  public Admission admission(long input, long output) {
    Instant now = clock.instant();
    return instance.funds.reservations().hold(
        new HoldRequest(id, payer, model, region, input, output, now, now.plus(Duration.ofMinutes(10))));
  }

  public Hold hold(long input, long output) {
    return switch (admission(input, output)) {
      case Admission.Held held -> held.hold();
      case Admission.Refused refused -> throw new AssertionError("Refused: " + refused.reason());
    };
  }

  public Refusal refusal(long input, long output) {
    return switch (admission(input, output)) {
      case Admission.Held held -> throw new AssertionError(
          "Held " + held.hold().coveredOutputTokens() + " output tokens");
      case Admission.Refused refused -> refused.reason();
    };
  }

  public Consumption used(long input, long cached, long output) {
    return used(input, cached, output, Outcome.COMPLETED);
  }

  public Consumption used(long input, long cached, long output, Outcome outcome) {
    return new Consumption(new Usage(input, cached, output), outcome, "/v1/chat/completions", "backend-1",
        clock.instant(), clock.instant());
  }

  /** Holds and settles exactly this much. */
  public Receipt run(long input, long cached, long output) {
    return settled(hold(Math.addExact(input, cached), output), used(input, cached, output));
  }

  public static Receipt settled(Hold hold, Consumption consumption) {
    try {
      return hold.settle(consumption).toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("Not settled", e);
    }
  }
}
