package dev.tollgate.gateway.console.operator;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.Invited;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import dev.tollgate.tenants.Tenants.SlugTakenException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Tenants: found, made, looked at, suspended. */
@PageController
class TenantPages {

  private static final int PAGE = 50;

  private final Tenants tenants;
  private final Projects projects;
  private final People people;
  private final Invitations invitations;
  private final Invited invited;
  private final TenantStanding standing;

  TenantPages(Tenants tenants, Projects projects, People people, Invitations invitations, Invited invited,
      TenantStanding standing) {
    this.tenants = tenants;
    this.projects = projects;
    this.people = people;
    this.invitations = invitations;
    this.invited = invited;
    this.standing = standing;
  }

  @GetMapping("/console/tenants")
  String list(@RequestParam(defaultValue = "") String search,
      @RequestParam(defaultValue = "name") String sort,
      @RequestParam(required = false) @Nullable UUID after,
      HttpServletRequest request, Model model) {
    boolean descending = sort.startsWith("-");
    List<Tenant> found = tenants.list(new Tenants.Listing(search.isBlank() ? null : search.strip(),
        order(descending ? sort.substring(1) : sort), descending, PAGE + 1,
        after == null ? null : new TenantId(after)));
    List<Tenant> shown = found.subList(0, Math.min(PAGE, found.size()));
    model.addAttribute("tenants", shown);
    model.addAttribute("search", search);
    model.addAttribute("sort", sort);
    model.addAttribute("first", after == null);
    model.addAttribute("further",
        found.size() > PAGE ? "/console/tenants?search=" + URLEncoder.encode(search, StandardCharsets.UTF_8)
            + "&sort=" + URLEncoder.encode(sort, StandardCharsets.UTF_8) + "&after=" + shown.getLast().id()
            : null);
    return request.getHeader("HX-Request") == null ? "console/tenants" : "console/tenants :: found";
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
    standing.describe(tenant.id(), model);
    model.addAttribute("members", people.members(tenant.id()));
    model.addAttribute("invitations", invited.shown(invitations.open(tenant.id()), request));
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

  private static Tenants.Order order(String sort) {
    return switch (sort) {
      case "slug" -> Tenants.Order.SLUG;
      case "created" -> Tenants.Order.CREATED;
      default -> Tenants.Order.NAME;
    };
  }
}
