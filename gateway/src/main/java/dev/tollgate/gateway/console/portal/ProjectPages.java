package dev.tollgate.gateway.console.portal;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Projects.NameTakenException;
import dev.tollgate.tenants.Projects.TooManyProjectsException;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Projects of a tenant, their names and their limits. */
@PageController
class ProjectPages {

  private final Projects projects;
  private final Caps caps;

  ProjectPages(Projects projects, Caps caps) {
    this.projects = projects;
    this.caps = caps;
  }

  @GetMapping("/portal/{tenant}/projects")
  String list(Tenant tenant, HttpServletRequest request, Model model) {
    Asked<Projects.Order> asked = Asked.of(request, Projects.Order.CREATED, false);
    model.addAttribute("projects", asked.table(projects.list(tenant.id(), asked.slice()), Project::id));
    return "portal/projects";
  }

  @GetMapping("/portal/{tenant}/projects/new")
  String create(Tenant tenant, Model model) {
    model.addAttribute("form", newProject(tenant).empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/projects/new")
  String create(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(newProject(tenant), request);
    String name = form.text("name");
    form.check();
    Project project = named(form, () -> projects.create(tenant.id(), name));
    change.record("project.create", project.id(), null, Map.of("name", project.name()));
    return "redirect:/portal/" + tenant.id() + "/projects?done=saved";
  }

  @GetMapping("/portal/{tenant}/projects/{project}/rename")
  String rename(Tenant tenant, @PathVariable UUID project, Model model) {
    model.addAttribute("form", renaming(tenant, found(tenant, project)).empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/projects/{project}/rename")
  String rename(Tenant tenant, @PathVariable UUID project, HttpServletRequest request, PageChange change) {
    Project present = found(tenant, project);
    Form form = Form.read(renaming(tenant, present), request);
    String name = form.text("name");
    form.check();
    Project renamed = named(form,
        () -> projects.rename(tenant.id(), present.id(), name, present.version()).orElseThrow(
            () -> form.rejected("", "must be sent again: somebody else has changed it meanwhile")));
    change.record("project.rename", project, Map.of("name", present.name()), Map.of("name", renamed.name()));
    return "redirect:/portal/" + tenant.id() + "/projects?done=saved";
  }

  @GetMapping("/portal/{tenant}/projects/{project}/limits")
  String limits(Tenant tenant, @PathVariable UUID project, Model model) {
    model.addAttribute("form", limitsOf(tenant, found(tenant, project)).empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/projects/{project}/limits")
  String limits(Tenant tenant, @PathVariable UUID project, HttpServletRequest request, PageChange change) {
    Project present = found(tenant, project);
    caps.set(tenant.id(), caps.ofProject(tenant.id(), present.id()),
        Form.read(limitsOf(tenant, present), request), change);
    return "redirect:/portal/" + tenant.id() + "/projects?done=saved";
  }

  private FormPage limitsOf(Tenant tenant, Project project) {
    String base = "/portal/" + tenant.id() + "/projects";
    FormPage page = caps.page(tenant.id(), caps.ofProject(tenant.id(), project.id()),
        base + "/" + project.id(), project.name());
    return new FormPage(page.name(), page.action(), base, page.about(), page.fields(), false);
  }

  private static FormPage newProject(Tenant tenant) {
    String base = "/portal/" + tenant.id() + "/projects";
    return new FormPage("new-project", base + "/new", base, null, Field.required("name", Kind.TEXT));
  }

  private static FormPage renaming(Tenant tenant, Project project) {
    String base = "/portal/" + tenant.id() + "/projects";
    return new FormPage("rename-project", base + "/" + project.id() + "/rename", base, null,
        Field.required("name", Kind.TEXT).with(project.name()));
  }

  private static <T> T named(Form form, Supplier<T> call) {
    try {
      return form.kept(call);
    } catch (NameTakenException e) {
      throw form.rejected("name", "must be one that no other project has");
    } catch (TooManyProjectsException e) {
      throw form.rejected("", "must have at most " + Projects.LIMIT + " projects");
    }
  }

  private Project found(Tenant tenant, UUID project) {
    return projects.find(tenant.id(), new ProjectId(project)).orElseThrow(PageException.NotFound::new);
  }
}
