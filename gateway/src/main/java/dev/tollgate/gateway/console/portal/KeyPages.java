package dev.tollgate.gateway.console.portal;

import dev.tollgate.billing.TenantContracts;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Field.Option;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.console.forms.ShownSecrets;
import dev.tollgate.gateway.console.layout.TenantZone;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.ApiKeys.ApiKey;
import dev.tollgate.tenants.ApiKeys.Issued;
import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** API keys of a tenant. A secret is shown to the session that made it, for some minutes. */
@PageController
class KeyPages {

  private static final long LONGEST_OVERLAP_HOURS = 24 * 30;
  private static final String ALL_SCOPES = Arrays.stream(Scope.values()).map(Scope::name)
      .collect(Collectors.joining(","));

  private final ApiKeys keys;
  private final Projects projects;
  private final Limits limits;
  private final Caps caps;
  private final TenantContracts contracts;
  private final ShownSecrets secrets;
  private final TenantZone zones;
  private final Clock clock;

  KeyPages(ApiKeys keys, Projects projects, Limits limits, Caps caps, TenantContracts contracts,
      ShownSecrets secrets, TenantZone zones, Clock clock) {
    this.keys = keys;
    this.projects = projects;
    this.limits = limits;
    this.caps = caps;
    this.contracts = contracts;
    this.secrets = secrets;
    this.zones = zones;
    this.clock = clock;
  }

  /** A key in the audit log. */
  record Card(UUID id, UUID project, String name, Set<Scope> scopes, String start,
      @Nullable Instant expiresAt, @Nullable Instant revokedAt) {

    static Card of(ApiKey key) {
      return new Card(key.id().value(), key.project().value(), key.name(), key.scopes(), key.start(),
          key.expiresAt(), key.revokedAt());
    }
  }

  @GetMapping("/portal/{tenant}/keys")
  String list(Tenant tenant, HttpServletRequest request, Model model) {
    Asked<ApiKeys.Order> asked = Asked.of(request, ApiKeys.Order.CREATED, true);
    model.addAttribute("keys", asked.table(keys.list(tenant.id(), asked.slice()), ApiKey::id));
    model.addAttribute("now", clock.instant());
    model.addAttribute("projects", names(tenant));
    return "portal/keys";
  }

  @GetMapping("/portal/{tenant}/keys/new")
  String create(Tenant tenant, Model model) {
    model.addAttribute("form", newKey(tenant).empty());
    return projects.list(tenant.id()).isEmpty() ? "redirect:/portal/" + tenant.id() + "/projects/new"
        : Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/keys/new")
  String create(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(newKey(tenant), request);
    String name = form.text("name");
    String project = form.choice("project");
    Set<String> scopes = form.choices("scopes");
    if (scopes.isEmpty()) {
      form.refuse("scopes", "one-at-least", "must be one at least");
    }
    Instant expiry = form.moment("expires", zones.of(tenant.id()));
    if (expiry != null && !expiry.isAfter(clock.instant())) {
      form.refuse("expires", "in-the-past", "must lie ahead");
    }
    form.check();
    Issued issued = form.kept(() -> keys.issue(tenant.id(), new ProjectId(UUID.fromString(project)), name,
        scopes.stream().map(Scope::valueOf)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Scope.class))),
        expiry));
    change.record("api-key.create", issued.id(), null, Card.of(found(tenant, issued.id().value())));
    caps.set(tenant.id(), caps.ofKey(tenant.id(), issued.id()), form, change);
    return shown(tenant, issued);
  }

  @GetMapping("/portal/{tenant}/keys/{key}")
  String key(Tenant tenant, @PathVariable UUID key, Model model) {
    ApiKey found = found(tenant, key);
    model.addAttribute("key", found);
    model.addAttribute("now", clock.instant());
    model.addAttribute("project", names(tenant).getOrDefault(found.project(), ""));
    model.addAttribute("limits", limits.of(new Limits.Subject.OfKey(tenant.id(), found.id())));
    model.addAttribute("budget", caps.budget(tenant.id(), caps.ofKey(tenant.id(), found.id())));
    model.addAttribute("secret", secrets.find(Visitor.current(), key).orElse(null));
    return "portal/key";
  }

  @GetMapping("/portal/{tenant}/keys/{key}/limits")
  String limits(Tenant tenant, @PathVariable UUID key, Model model) {
    ApiKey found = found(tenant, key);
    model.addAttribute("form",
        caps.page(tenant.id(), caps.ofKey(tenant.id(), found.id()), path(tenant, key), found.name()).empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/keys/{key}/limits")
  String limits(Tenant tenant, @PathVariable UUID key, HttpServletRequest request, PageChange change) {
    ApiKey found = found(tenant, key);
    Caps.Capped capped = caps.ofKey(tenant.id(), found.id());
    caps.set(tenant.id(), capped,
        Form.read(caps.page(tenant.id(), capped, path(tenant, key), found.name()), request), change);
    return "redirect:" + path(tenant, key) + "?done=saved";
  }

  @GetMapping("/portal/{tenant}/keys/{key}/rotate")
  String rotate(Tenant tenant, @PathVariable UUID key, Model model) {
    model.addAttribute("form", rotation(tenant, found(tenant, key)).empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/keys/{key}/rotate")
  String rotate(Tenant tenant, @PathVariable UUID key, HttpServletRequest request, PageChange change) {
    ApiKey before = found(tenant, key);
    Form form = Form.read(rotation(tenant, before), request);
    Long hours = form.number("overlap_hours");
    if (hours != null && hours > LONGEST_OVERLAP_HOURS) {
      form.refuse("overlap_hours", "must be at most " + LONGEST_OVERLAP_HOURS);
    }
    form.check();
    Issued issued = keys
        .rotate(tenant.id(), before.id(), Duration.ofHours(Objects.requireNonNullElse(hours, 0L)))
        .orElseThrow(() -> form.rejected("", "must be a key that is neither revoked nor expired"));
    change.record("api-key.retire", key, Card.of(before), Card.of(found(tenant, key)));
    change.record("api-key.rotate", issued.id(), null, Card.of(found(tenant, issued.id().value())));
    return shown(tenant, issued);
  }

  @GetMapping("/portal/{tenant}/keys/{key}/revoke")
  String revoke(Tenant tenant, @PathVariable UUID key, Model model) {
    ApiKey found = found(tenant, key);
    model.addAttribute("form", new FormPage("revoke-key", path(tenant, key) + "/revoke", path(tenant, key),
        found.name() + " · " + found.start()).taking().empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/keys/{key}/revoke")
  String revoke(Tenant tenant, @PathVariable UUID key, PageChange change) {
    Card before = Card.of(found(tenant, key));
    keys.revoke(tenant.id(), new ApiKeyId(key));
    change.record("api-key.revoke", key, before, Card.of(found(tenant, key)));
    return "redirect:/portal/" + tenant.id() + "/keys?done=key-revoked";
  }

  private String shown(Tenant tenant, Issued issued) {
    secrets.keep(Visitor.current(), issued.id(), issued.secret());
    return "redirect:" + path(tenant, issued.id().value());
  }

  private FormPage newKey(Tenant tenant) {
    List<Option> options = projects.list(tenant.id()).stream()
        .map(project -> new Option(project.id().toString(), project.name())).toList();
    var fields = new ArrayList<Field>(List.of(Field.required("name", Kind.TEXT),
        Field.choice("project", options),
        Field
            .choices("scopes",
                Arrays.stream(Scope.values()).map(scope -> Option.named(scope.name())).toList())
            .with(ALL_SCOPES),
        Field.optional("expires", Kind.MOMENT)));
    fields.addAll(Caps.fields(contracts.inForce(tenant.id()).isPresent()));
    return new FormPage("new-key", "/portal/" + tenant.id() + "/keys/new", "/portal/" + tenant.id() + "/keys",
        null, fields, false);
  }

  private FormPage rotation(Tenant tenant, ApiKey key) {
    return new FormPage("rotate-key", path(tenant, key.id().value()) + "/rotate",
        path(tenant, key.id().value()), key.name() + " · " + key.start(),
        Field.required("overlap_hours", Kind.NUMBER).with("24"));
  }

  private static String path(Tenant tenant, UUID key) {
    return "/portal/" + tenant.id() + "/keys/" + key;
  }

  private Map<ProjectId, String> names(Tenant tenant) {
    return projects.list(tenant.id()).stream().collect(Collectors.toMap(Project::id, Project::name));
  }

  private ApiKey found(Tenant tenant, UUID key) {
    return keys.find(tenant.id(), new ApiKeyId(key)).orElseThrow(PageException.NotFound::new);
  }
}
