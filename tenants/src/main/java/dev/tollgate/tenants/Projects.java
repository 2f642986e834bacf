package dev.tollgate.tenants;

import java.util.List;
import java.util.Optional;

/** The projects of a tenant. Every call asks the database, and none reaches into another tenant. */
public interface Projects {

  /** Most projects one tenant may have. */
  int LIMIT = 1_000;

  /**
   * Creates a project.
   *
   * @throws NameTakenException if the tenant has a project of that name
   * @throws TooManyProjectsException if the tenant has {@link #LIMIT} of them
   * @throws IllegalArgumentException if the name is blank or longer than 100 characters, or there is no such tenant
   */
  Project create(TenantId tenant, String name);

  /** All projects of a tenant, oldest first. */
  List<Project> list(TenantId tenant);

  /** Some of a tenant's projects; a search is for a part of the name. */
  List<Project> list(TenantId tenant, Slice<Order> slice);

  /** What projects are ordered by. */
  enum Order {
    NAME, CREATED
  }

  Optional<Project> find(TenantId tenant, ProjectId id);

  /**
   * Gives a project another name.
   *
   * @param version the one that the caller has seen
   * @return the project as it is now; empty if it has another version, and nothing was changed
   * @throws NameTakenException if the tenant has another project of that name
   * @throws BrokenRuleException if the name is blank or longer than 100 characters
   */
  Optional<Project> rename(TenantId tenant, ProjectId id, String name, int version);

  /** The tenant has a project of that name. */
  final class NameTakenException extends RuntimeException {

    public NameTakenException(String name) {
      super("The tenant has a project named " + name);
    }
  }

  /** The tenant has as many projects as it may have. */
  final class TooManyProjectsException extends RuntimeException {

    public TooManyProjectsException() {
      super("A tenant may have at most " + LIMIT + " projects");
    }
  }
}
