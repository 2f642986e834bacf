package dev.tollgate.gateway.management.tenants;

import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.RejectedException;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Projects of a tenant. */
@ManagementController
class ProjectsController {

  private final Projects projects;
  private final Cards cards;

  ProjectsController(Projects projects, Cards cards) {
    this.projects = projects;
    this.cards = cards;
  }

  record ProjectName(String name) {}

  record ProjectCard(UUID id, String name, Instant createdAt) {

    static ProjectCard of(Project project) {
      return new ProjectCard(project.id().value(), project.name(), project.createdAt());
    }
  }

  @GetMapping("/tenants/{tenant}/projects")
  Page<ProjectCard> list(Tenant tenant, PageRequest page) {
    UUID after = page.afterId();
    // A tenant has a thousand at most, so they are read whole; version 7 ids stand in the order of time.
    List<Project> rest = projects.list(tenant.id()).stream()
        .filter(project -> after == null || project.id().toString().compareTo(after.toString()) > 0)
        .limit(page.limitAndOne()).toList();
    return page.page(rest, ProjectCard::of, Project::id);
  }

  @PostMapping("/tenants/{tenant}/projects")
  ResponseEntity<ProjectCard> create(Tenant tenant, @Body ProjectName wanted, HttpServletRequest request,
      Change change) {
    Project project = projects.create(tenant.id(), wanted.name());
    ProjectCard card = ProjectCard.of(project);
    change.record("project.create", project.id(), null, card);
    return cards.created(request, project.id(), card);
  }

  @GetMapping("/tenants/{tenant}/projects/{project}")
  ResponseEntity<ProjectCard> read(Tenant tenant, @PathVariable UUID project) {
    return cards.ok(ProjectCard.of(found(tenant, project)));
  }

  @RequiresIfMatch
  @PatchMapping("/tenants/{tenant}/projects/{project}")
  ResponseEntity<ProjectCard> rename(Tenant tenant, @PathVariable UUID project, @Body ProjectName wanted,
      HttpServletRequest request, Change change) {
    Project present = found(tenant, project);
    ProjectCard before = ProjectCard.of(present);
    cards.requireSeen(request, before);
    ProjectCard after = projects.rename(tenant.id(), present.id(), wanted.name(), present.version())
        .map(ProjectCard::of)
        .orElseThrow(() -> new RejectedException(new Rejection.PreconditionFailed()));
    change.record("project.rename", project, before, after);
    return cards.ok(after);
  }

  private Project found(Tenant tenant, UUID project) {
    return projects.find(tenant.id(), new ProjectId(project))
        .orElseThrow(() -> Rejection.notFound("project " + project));
  }
}
