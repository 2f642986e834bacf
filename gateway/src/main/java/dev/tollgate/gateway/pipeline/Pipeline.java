package dev.tollgate.gateway.pipeline;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.OperatorRefusals;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.Reservations;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.Reservations.HoldRequest;
import dev.tollgate.gateway.admission.RollingHold;
import dev.tollgate.gateway.admission.limits.LimitHit;
import dev.tollgate.gateway.admission.limits.Passage;
import dev.tollgate.gateway.admission.limits.RateLimiter;
import dev.tollgate.gateway.generation.Generation;
import dev.tollgate.gateway.generation.Ticks;
import dev.tollgate.gateway.routing.Demand;
import dev.tollgate.gateway.routing.Route;
import dev.tollgate.gateway.routing.RoutingProperties;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.Scope;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The request path after authentication: admit → route → generate → meter → settle. Runs on the request's own virtual
 * thread and blocks it; nothing before the settlement waits for the database, except a tenant's first hold here and what
 * the share of its limits does not cover.
 */
@Component
public final class Pipeline {

  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);

  private final Placements placements;
  private final Attempts attempts;
  private final Ticks ticks;
  private final RateLimiter limiter;
  private final Reservations reservations;
  private final PipelineProperties properties;
  private final String region;
  private final Shutdown shutdown;
  private final OperatorRefusals refusals;
  private final Clock clock;
  private final Semaphore places;

  Pipeline(Placements placements, Attempts attempts, Ticks ticks, RateLimiter limiter,
      Reservations reservations,
      PipelineProperties properties, RoutingProperties routing, Shutdown shutdown,
      OperatorRefusals refusals, Clock clock) {
    this.placements = placements;
    this.attempts = attempts;
    this.ticks = ticks;
    this.limiter = limiter;
    this.reservations = reservations;
    this.properties = properties;
    this.region = routing.region();
    this.shutdown = shutdown;
    this.refusals = refusals;
    this.clock = clock;
    this.places = new Semaphore(properties.maxConcurrentRequests());
  }

  /**
   * Answers one request through the writer, and bills it.
   *
   * @throws RefusedException if it is not answered and the writer has written nothing
   * @throws IOException never for a client that went away, whose request is billed and over; only if the writer breaks
   *     after the settlement
   */
  public void serve(Arrival arrival, GenerationRequest request, AnswerWriter writer)
      throws IOException, InterruptedException {
    Caller caller = arrival.caller();
    if (!caller.may(Scope.GENERATE)) {
      throw new RefusedException(new Refusal.ScopeMissing(Scope.GENERATE));
    }
    if (!places.tryAcquire()) {
      refusals.count(caller.tenant(), arrival.at());
      throw new RefusedException(new Refusal.Overloaded(RETRY_WHEN_FULL));
    }
    shutdown.begun();
    var trail = new Trail();
    try {
      generate(trail, arrival, request, writer);
    } catch (RuntimeException e) {
      if (!(e instanceof RefusedException) && !trail.isHeld()) {
        refusals.count(caller.tenant(), arrival.at());
      }
      throw e;
    } finally {
      shutdown.ended();
      places.release();
    }
  }

  private void generate(Trail trail, Arrival arrival, GenerationRequest asked, AnswerWriter writer)
      throws IOException, InterruptedException {
    GenerationRequest request = placements.named(arrival, asked);
    try (var passage = enter(arrival.caller())) {
      try {
        route(trail, passage, arrival, request, writer);
      } catch (RuntimeException e) {
        if (isNotTheCallersDoing(e)) {
          passage.waive();
        }
        throw e;
      }
    }
  }

  private static boolean isNotTheCallersDoing(RuntimeException failure) {
    return !(failure instanceof RefusedException refused) || switch (refused.refusal()) {
      case Refusal.Overloaded _,Refusal.TooManyWaiting _,Refusal.BillingUnavailable _,Refusal.BackendUnavailable _,Refusal.UnknownModel _ ->
        true;
      default -> false;
    };
  }

  private void route(Trail trail, Passage passage, Arrival arrival, GenerationRequest request,
      AnswerWriter writer) throws IOException, InterruptedException {
    Demand demand = placements.demand(arrival, request);
    switch (placements.route(arrival, demand)) {
      case Route.Found found -> {
        try (var placement = placements.on(found, demand); var generation = new Generation(ticks)) {
          requireRoom(request, placement.contextLength());
          answer(trail, new Sequences(arrival, request, generation, placement), passage, arrival, request,
              writer);
        }
      }
      case Route.UnknownModel() -> throw new RefusedException(new Refusal.UnknownModel(request.model()));
      case Route.NoBackend() ->
        refuseUnanswered(trail, arrival, request, new Refusal.BackendUnavailable(request.model()));
      case Route.Full(Duration retryAfter) ->
        refuseUnanswered(trail, arrival, request, new Refusal.Overloaded(retryAfter));
      case Route.TenantFull(Duration retryAfter) ->
        throw new RefusedException(new Refusal.TooManyWaiting(retryAfter));
      case Route.Left() -> {
        // Nothing was generated and nothing held.
      }
    }
  }

  private static void requireRoom(GenerationRequest request, long contextLength) {
    if (request.maxOutputTokens() > contextLength) {
      throw new RefusedException(
          new Refusal.InvalidRequest("max_tokens is too large: " + request.maxOutputTokens()
              + ". The context of " + request.model() + " holds " + contextLength
              + " tokens, prompt and answer together.", "max_tokens"));
    }
  }

  private void answer(Trail trail, Sequences sequences, Passage passage, Arrival arrival,
      GenerationRequest request, AnswerWriter writer) throws IOException, InterruptedException {
    switch (new Preparation(arrival, sequences, attempts, properties.prepareTimeout()).run()) {
      case Preparation.Prepared.Ready(long inputTokens, long firstWindow) -> {
        requireNone(passage.reserve(inputTokens + firstWindow));
        writer.limits(passage.status());
        Hold hold = hold(trail, arrival, request, inputTokens, firstWindow);
        new Running(arrival, request, sequences, properties, shutdown, clock)
            .run(new RollingHold(hold, passage, inputTokens), writer);
      }
      case Preparation.Prepared.ClientGone() -> {
        // Nothing was generated and nothing held.
      }
      case Preparation.Prepared.Unanswered() ->
        refuseUnanswered(trail, arrival, request, new Refusal.BackendUnavailable(request.model()));
      case Preparation.Prepared.TooBusy() ->
        refuseUnanswered(trail, arrival, request, new Refusal.Overloaded(RETRY_WHEN_FULL));
    }
  }

  /** A request counts from here on, whatever becomes of it, unless it fails through no fault of its caller. */
  private Passage enter(Caller caller) {
    return switch (limiter.enter(caller)) {
      case RateLimiter.Entrance.Admitted(Passage passage) -> passage;
      case RateLimiter.Entrance.Refused(LimitHit hit) ->
        throw new RefusedException(new Refusal.RateLimited(hit));
    };
  }

  private static void requireNone(@Nullable LimitHit hit) {
    if (hit != null) {
      throw new RefusedException(new Refusal.RateLimited(hit));
    }
  }

  private Hold hold(Trail trail, Arrival arrival, GenerationRequest request, long inputTokens,
      long outputTokens) {
    Caller caller = arrival.caller();
    var payer = new Payer(caller.tenant(), caller.project(), caller.key());
    Admission admission = reservations
        .hold(new HoldRequest(arrival.id(), payer, request.model(), region, inputTokens,
            outputTokens, arrival.at(), arrival.at().plus(properties.requestTimeout())));
    return switch (admission) {
      case Admission.Held(Hold hold) -> {
        trail.held();
        yield hold;
      }
      case Admission.Refused(var reason) -> {
        if (reason == Reservations.Refusal.UNAVAILABLE) {
          refusals.count(caller.tenant(), arrival.at());
        }
        throw new RefusedException(refusal(reason, request));
      }
    };
  }

  private static Refusal refusal(Reservations.Refusal reason, GenerationRequest request) {
    return switch (reason) {
      case INSUFFICIENT_BALANCE -> new Refusal.InsufficientBalance();
      case BUDGET_EXCEEDED -> new Refusal.BudgetExceeded();
      case NO_CONTRACT -> new Refusal.NoContract();
      case NO_PRICE -> new Refusal.UnknownModel(request.model());
      case UNAVAILABLE -> new Refusal.BillingUnavailable();
    };
  }

  /**
   * What our side fails to answer shows in the tenant's usage with amount 0 and counts against its service level (money
   * rule 6); who has no funds would not have been answered anyhow.
   */
  private void refuseUnanswered(Trail trail, Arrival arrival, GenerationRequest request, Refusal why)
      throws InterruptedException {
    Hold hold = hold(trail, arrival, request, 0, 1);
    Settling.unanswered(hold, request.endpoint(), clock.instant());
    throw new RefusedException(why);
  }
}
