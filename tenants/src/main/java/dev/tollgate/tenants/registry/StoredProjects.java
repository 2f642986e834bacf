package dev.tollgate.tenants.registry;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

@Component
class StoredProjects implements Projects {

  private static final int LONGEST_NAME = 100;

  private final JdbcTenantStore tenants;
  private final JdbcProjectStore projects;
  private final Clock clock;

  StoredProjects(JdbcTenantStore tenants, JdbcProjectStore projects, Clock clock) {
    this.tenants = tenants;
    this.projects = projects;
    this.clock = clock;
  }

  @Override
  public Project create(TenantId tenant, String name) {
    String checked = Names.checked(name, LONGEST_NAME);
    if (tenants.find(tenant).isEmpty()) {
      throw new IllegalArgumentException("No tenant " + tenant);
    }
    // A bound against runaway scripts: two calls at one instant may pass it by one, which does no harm.
    if (projects.count(tenant) >= LIMIT) {
      throw new TooManyProjectsException();
    }
    var project = new Project(tenant, new ProjectId(UuidCreator.getTimeOrderedEpoch()), checked,
        clock.instant().truncatedTo(ChronoUnit.MICROS), 0);
    try {
      projects.insert(project);
      return project;
    } catch (DuplicateKeyException e) {
      throw new NameTakenException(checked);
    }
  }

  @Override
  public List<Project> list(TenantId tenant) {
    return projects.list(tenant);
  }

  @Override
  public List<Project> list(TenantId tenant, Slice<Order> slice) {
    return projects.list(tenant, slice);
  }

  @Override
  public Optional<Project> find(TenantId tenant, ProjectId id) {
    return projects.find(tenant, id);
  }

  @Override
  public Optional<Project> rename(TenantId tenant, ProjectId id, String name, int version) {
    String checked = Names.checked(name, LONGEST_NAME);
    try {
      return projects.rename(tenant, id, checked, version) ? projects.find(tenant, id) : Optional.empty();
    } catch (DuplicateKeyException e) {
      throw new NameTakenException(checked);
    }
  }
}
