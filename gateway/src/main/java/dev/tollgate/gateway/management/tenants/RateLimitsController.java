package dev.tollgate.gateway.management.tenants;

import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.Limits.Subject;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.RateLimits;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;

/** What a tenant, its projects and its keys may ask for within a minute and at one time, over all gateways together. */
@ManagementController
class RateLimitsController {

  private final Limits limits;
  private final Cards cards;

  RateLimitsController(Limits limits, Cards cards) {
    this.limits = limits;
    this.cards = cards;
  }

  /** Null where nothing is limited. What is changed counts within a second. */
  record RateLimitsCard(@Nullable Long requestsPerMinute, @Nullable Long tokensPerMinute,
      @Nullable Long concurrentRequests) {

    static RateLimitsCard of(RateLimits limits) {
      return new RateLimitsCard(limits.requestsPerMinute(), limits.tokensPerMinute(),
          limits.concurrentRequests());
    }

    RateLimits limits() {
      requireWithin("/requestsPerMinute", requestsPerMinute, RateLimits.MOST_REQUESTS);
      requireWithin("/tokensPerMinute", tokensPerMinute, RateLimits.MOST_TOKENS);
      requireWithin("/concurrentRequests", concurrentRequests, RateLimits.MOST_CONCURRENT);
      return new RateLimits(requestsPerMinute, tokensPerMinute, concurrentRequests);
    }

    private static void requireWithin(String pointer, @Nullable Long value, long most) {
      if (value != null && (value < 1 || value > most)) {
        throw Rejection.invalid(pointer, "must be between 1 and " + most + ", or null to limit nothing");
      }
    }
  }

  @GetMapping("/tenants/{tenant}/rate-limits")
  ResponseEntity<RateLimitsCard> ofTenant(Tenant tenant) {
    return cards.ok(card(new Subject.OfTenant(tenant.id())));
  }

  @RequiresIfMatch
  @PutMapping("/tenants/{tenant}/rate-limits")
  ResponseEntity<RateLimitsCard> setOfTenant(Tenant tenant, @Body RateLimitsCard wanted,
      HttpServletRequest request,
      Change change) {
    return set(new Subject.OfTenant(tenant.id()), wanted, request, change);
  }

  @GetMapping("/tenants/{tenant}/projects/{project}/rate-limits")
  ResponseEntity<RateLimitsCard> ofProject(Tenant tenant, @PathVariable UUID project) {
    return cards.ok(card(new Subject.OfProject(tenant.id(), new ProjectId(project))));
  }

  @RequiresIfMatch
  @PutMapping("/tenants/{tenant}/projects/{project}/rate-limits")
  ResponseEntity<RateLimitsCard> setOfProject(Tenant tenant, @PathVariable UUID project,
      @Body RateLimitsCard wanted, HttpServletRequest request, Change change) {
    return set(new Subject.OfProject(tenant.id(), new ProjectId(project)), wanted, request, change);
  }

  @GetMapping("/tenants/{tenant}/api-keys/{key}/rate-limits")
  ResponseEntity<RateLimitsCard> ofKey(Tenant tenant, @PathVariable UUID key) {
    return cards.ok(card(new Subject.OfKey(tenant.id(), new ApiKeyId(key))));
  }

  @RequiresIfMatch
  @PutMapping("/tenants/{tenant}/api-keys/{key}/rate-limits")
  ResponseEntity<RateLimitsCard> setOfKey(Tenant tenant, @PathVariable UUID key, @Body RateLimitsCard wanted,
      HttpServletRequest request, Change change) {
    return set(new Subject.OfKey(tenant.id(), new ApiKeyId(key)), wanted, request, change);
  }

  private ResponseEntity<RateLimitsCard> set(Subject subject, RateLimitsCard wanted,
      HttpServletRequest request,
      Change change) {
    RateLimitsCard before = card(subject);
    cards.requireSeen(request, before);
    try {
      limits.set(subject, wanted.limits());
    } catch (Limits.UnknownSubjectException e) {
      throw notFound(subject);
    }
    change.record("rate-limits.set", subject.id(), before, wanted);
    return cards.ok(wanted);
  }

  private RateLimitsCard card(Subject subject) {
    return limits.stored(subject).map(RateLimitsCard::of).orElseThrow(() -> notFound(subject));
  }

  private static RuntimeException notFound(Subject subject) {
    return Rejection.notFound(switch (subject) {
      case Subject.OfTenant _ -> "tenant ";
      case Subject.OfProject _ -> "project ";
      case Subject.OfKey _ -> "API key ";
    } + subject.id());
  }
}
