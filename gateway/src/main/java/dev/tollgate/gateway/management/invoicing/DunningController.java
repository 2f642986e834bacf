package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.Dunning;
import dev.tollgate.billing.Dunning.Level;
import dev.tollgate.billing.Dunning.Step;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Decided;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.gateway.management.wire.Wire;
import dev.tollgate.tenants.Tenant;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Reminders of overdue invoices. */
@ManagementController
class DunningController {

  private final Dunning dunning;
  private final Clock clock;

  DunningController(Dunning dunning, Clock clock) {
    this.dunning = dunning;
    this.clock = clock;
  }

  /** {@code suspends} says whether keys are refused from this level on. */
  record DunningLevel(int level, int daysAfterDue, String subject, String body, boolean suspends) {

    static DunningLevel of(Level level) {
      return new DunningLevel(level.level(), level.daysAfterDue(), level.subject(), level.body(),
          level.suspends());
    }

    Level asked() {
      return new Level(level, daysAfterDue, subject, body, suspends);
    }
  }

  /** Levels that replace those before them from a day (UTC) on; numbered from 1, their days rising. */
  record DunningPolicy(LocalDate from, List<DunningLevel> levels) {}

  record DunningStep(UUID invoice, int level, String recipient, String subject, String state,
      @Nullable String failure, Instant takenAt) {

    static DunningStep of(Step step) {
      return new DunningStep(step.invoice().value(), step.level(), step.recipient(), step.subject(),
          Wire.name(step.state()),
          step.failure(), step.takenAt());
    }
  }

  /** When it was asked for; it runs in the background. */
  record DunningRequest(Instant askedAt) {}

  /** Of the policy in force today (UTC), the lowest first. */
  @GetMapping("/dunning-levels")
  Page<DunningLevel> levels(PageRequest page) {
    return page.sorted(dunning.policy(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)), DunningLevel::of,
        level -> SortKey.of(level.level()));
  }

  /** The policy before it stays in force until then; what was planned is not changed but followed by another one. */
  @PostMapping("/dunning-policies")
  ResponseEntity<DunningPolicy> plan(@Body DunningPolicy wanted, Change change) {
    List<Level> planned = Decided
        .value(dunning.plan(wanted.from(), wanted.levels().stream().map(DunningLevel::asked).toList()));
    var policy = new DunningPolicy(wanted.from(), planned.stream().map(DunningLevel::of).toList());
    change.record("dunning-policy.plan", wanted.from(), null, policy);
    return ResponseEntity.status(HttpStatus.CREATED).body(policy);
  }

  /** The steps that were taken, the latest first. */
  @GetMapping("/tenants/{tenant}/dunning-steps")
  Page<DunningStep> steps(Tenant tenant, PageRequest page) {
    return page.latestFirst(dunning.of(tenant.id()), DunningStep::of,
        step -> SortKey.of(step.takenAt(), step.invoice(), step.level()));
  }

  /** Takes every step that is due. Asking again takes none twice. */
  @PostMapping("/dunning/run")
  DunningRequest run(Change change) {
    var asked = new DunningRequest(clock.instant());
    dunning.runSoon();
    change.record("dunning.run", "all", null, asked);
    return asked;
  }
}
