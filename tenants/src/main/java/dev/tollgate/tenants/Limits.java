package dev.tollgate.tenants;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rate limits of tenants, projects and API keys: set in the database, looked up in memory. */
public interface Limits {

  /** What is configured of one subject, without asking the database. */
  RateLimits of(Subject subject);

  /** The same, as the database has it now; empty if the tenant has no such project or key, or does not exist. */
  Optional<RateLimits> stored(Subject subject);

  /** The limits that a caller is under, of its key first, then of its project and of its tenant; without the database. */
  List<Applied> applyingTo(Caller caller);

  /**
   * Replaces the limits of a subject; {@link RateLimits#NONE} lifts them, if there are any. They count here at once and on every other
   * instance within a second; inside a transaction of the caller's, within a second of its commit.
   *
   * @throws UnknownSubjectException if the tenant has no such project or key, or does not exist
   */
  void set(Subject subject, RateLimits limits);

  /** Limits that are in force for a caller. */
  record Applied(Subject subject, RateLimits limits) {}

  /** What limits are set for. */
  sealed interface Subject {

    TenantId tenant();

    /** The id of the tenant, the project or the key, whichever is meant. */
    UUID id();

    record OfTenant(TenantId tenant) implements Subject {

      @Override
      public UUID id() {
        return tenant.value();
      }
    }

    record OfProject(TenantId tenant, ProjectId project) implements Subject {

      @Override
      public UUID id() {
        return project.value();
      }
    }

    record OfKey(TenantId tenant, ApiKeyId key) implements Subject {

      @Override
      public UUID id() {
        return key.value();
      }
    }
  }

  /** There is nothing of that id in the tenant. */
  final class UnknownSubjectException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public UnknownSubjectException(Subject subject) {
      super("There is no " + subject);
    }
  }
}
