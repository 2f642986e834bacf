package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.Dunning;
import dev.tollgate.billing.Dunning.Level;
import dev.tollgate.billing.Dunning.Step;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.Wire;
import dev.tollgate.tenants.Tenant;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
  }

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
  Page<DunningLevel> levels() {
    return Page.whole(dunning.policy(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)).stream()
        .map(DunningLevel::of).toList());
  }

  /** The steps that were taken, the latest first. */
  @GetMapping("/tenants/{tenant}/dunning-steps")
  Page<DunningStep> steps(Tenant tenant) {
    return Page.whole(dunning.of(tenant.id()).stream().map(DunningStep::of).toList());
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
