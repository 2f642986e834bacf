package dev.tollgate.tenants.registry;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

@Component
class StoredProjects implements Projects {

  private final TenantRepository tenants;
  private final ProjectRepository projects;
  private final Clock clock;

  StoredProjects(TenantRepository tenants, ProjectRepository projects, Clock clock) {
    this.tenants = tenants;
    this.projects = projects;
    this.clock = clock;
  }

  @Override
  public Project create(TenantId tenant, String name) {
    String checked = Names.checked(name, 100);
    if (!tenants.existsById(tenant.value())) {
      throw new IllegalArgumentException("No tenant " + tenant);
    }
    // A bound against runaway scripts: two calls at one instant may pass it by one, which does no harm.
    if (projects.countByTenantId(tenant.value()) >= LIMIT) {
      throw new TooManyProjectsException();
    }
    var entity = new ProjectEntity(UuidCreator.getTimeOrderedEpoch(), tenant.value(), checked,
        clock.instant().truncatedTo(ChronoUnit.MICROS));
    try {
      return projects.saveAndFlush(entity).toProject();
    } catch (DataIntegrityViolationException e) {
      if (projects.existsByTenantIdAndName(tenant.value(), checked)) {
        throw new NameTakenException(checked);
      }
      throw e;
    }
  }

  @Override
  @Transactional(readOnly = true)
  public List<Project> list(TenantId tenant) {
    return projects.findByTenantIdOrderById(tenant.value()).stream().map(ProjectEntity::toProject).toList();
  }
}
