package dev.tollgate.gateway.console.operator;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.Invited;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tenants;
import dev.tollgate.tenants.Tenants.SlugTakenException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Map;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Tenants: found, made, looked at, suspended. */
@PageController
class TenantPages {

  private final Tenants tenants;
  private final Projects projects;
  private final People people;
  private final Invited invited;
  private final TenantStanding standing;

  TenantPages(Tenants tenants, Projects projects, People people, Invited invited,
      TenantStanding standing) {
    this.tenants = tenants;
    this.projects = projects;
    this.people = people;
    this.invited = invited;
    this.standing = standing;
  }

  @GetMapping("/console/tenants")
  String list(HttpServletRequest request, Model model) {
    Asked<Tenants.Order> asked = Asked.of(request, Tenants.Order.NAME, false);
    model.addAttribute("tenants", asked.table(tenants.list(asked.slice()), Tenant::id));
    return "console/tenants";
  }

  @GetMapping("/console/tenants/new")
  String create(Model model) {
    model.addAttribute("form", newTenant().empty());
    return Form.VIEW;
  }

  /** With a first project, so that a key can be made at once. */
  @PostMapping("/console/tenants/new")
  String create(HttpServletRequest request, PageChange change) {
    Form form = Form.read(newTenant(), request);
    String name = form.text("name");
    String slug = form.text("slug").toLowerCase(Locale.ROOT);
    form.check();
    Tenant made;
    try {
      made = form.kept(() -> tenants.create(slug, name));
    } catch (SlugTakenException e) {
      throw form.rejected("slug", "must be one that no other tenant has");
    }
    projects.create(made.id(), "default");
    change.recordFor(made.id(), "tenant.create", made.id(), null, Map.of("slug", slug, "name", made.name()));
    return "redirect:/console/tenants/" + made.id() + "?done=tenant-created";
  }

  @GetMapping("/console/tenants/{tenant}")
  String tenant(Tenant tenant, HttpServletRequest request, Model model) {
    standing.describe(tenant.id(), request, model);
    Asked<People.Order> members = Asked.of(request, "people", People.Order.NAME, false);
    model.addAttribute("members", members.table(people.members(tenant.id(), members.slice()),
        member -> member.person().id()));
    model.addAttribute("invitations", invited.open(tenant.id(), request));
    model.addAttribute("projects", projects.list(tenant.id()));
    return "console/tenant";
  }

  @GetMapping("/console/tenants/{tenant}/rename")
  String rename(Tenant tenant, Model model) {
    model.addAttribute("form", renaming(tenant).empty());
    return Form.VIEW;
  }

  @PostMapping("/console/tenants/{tenant}/rename")
  String rename(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(renaming(tenant), request);
    String name = form.text("name");
    form.check();
    Tenant renamed = form.kept(() -> tenants.rename(tenant.id(), name, tenant.version())
        .orElseThrow(() -> form.rejected("", "must be sent again: somebody else has changed it meanwhile")));
    change.record("tenant.rename", tenant.id(), Map.of("name", tenant.name()),
        Map.of("name", renamed.name()));
    return "redirect:/console/tenants/" + tenant.id() + "?done=saved";
  }

  @GetMapping("/console/tenants/{tenant}/suspend")
  String suspend(Tenant tenant, Model model) {
    model.addAttribute("form", suspension(tenant).empty());
    return Form.VIEW;
  }

  @PostMapping("/console/tenants/{tenant}/suspend")
  String suspend(Tenant tenant, PageChange change) {
    boolean suspend = !tenant.suspended();
    if (suspend) {
      tenants.suspend(tenant.id());
    } else {
      tenants.resume(tenant.id());
    }
    change.record(suspend ? "tenant.suspend" : "tenant.resume", tenant.id(),
        Map.of("suspended", !suspend), Map.of("suspended", suspend));
    return "redirect:/console/tenants/" + tenant.id() + "?done=saved";
  }

  private static FormPage newTenant() {
    return new FormPage("new-tenant", "/console/tenants/new", "/console/tenants", null,
        Field.required("name", Kind.TEXT), Field.required("slug", Kind.TEXT));
  }

  private static FormPage renaming(Tenant tenant) {
    return new FormPage("rename-tenant", "/console/tenants/" + tenant.id() + "/rename",
        "/console/tenants/" + tenant.id(), tenant.slug(),
        Field.required("name", Kind.TEXT).with(tenant.name()));
  }

  private static FormPage suspension(Tenant tenant) {
    String path = "/console/tenants/" + tenant.id();
    var page = new FormPage(tenant.suspended() ? "resume-tenant" : "suspend-tenant", path + "/suspend", path,
        tenant.name());
    return tenant.suspended() ? page : page.taking();
  }
}
