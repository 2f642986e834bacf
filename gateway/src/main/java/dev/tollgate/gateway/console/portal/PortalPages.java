package dev.tollgate.gateway.console.portal;

import dev.tollgate.billing.Balances;
import dev.tollgate.billing.TenantContracts;
import dev.tollgate.gateway.console.ConsoleProperties;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.routing.Backends;
import dev.tollgate.inference.protocol.Model;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** The portal's first page: what to do next, and the first request in four languages. */
@PageController
class PortalPages {

  private static final String NO_MODEL = "MODEL";

  private final ApiKeys keys;
  private final Backends backends;
  private final TenantContracts contracts;
  private final Balances balances;
  private final ConsoleProperties properties;

  PortalPages(ApiKeys keys, Backends backends, TenantContracts contracts, Balances balances,
      ConsoleProperties properties) {
    this.keys = keys;
    this.backends = backends;
    this.contracts = contracts;
    this.balances = balances;
    this.properties = properties;
  }

  @GetMapping("/portal/{tenant}")
  String home(Tenant tenant, HttpServletRequest request, org.springframework.ui.Model model) {
    List<String> models = backends.models().stream().map(Model::getName).sorted().toList();
    model.addAttribute("hasKeys", !keys.list(tenant.id(), null, null, 1).isEmpty());
    model.addAttribute("models", models);
    model.addAttribute("model", models.isEmpty() ? NO_MODEL : models.getFirst());
    model.addAttribute("address", address(request));
    if (contracts.inForce(tenant.id()).isPresent()) {
      model.addAttribute("balance", balances.of(tenant.id()));
    }
    return "portal/home";
  }

  private String address(HttpServletRequest request) {
    URI configured = properties.apiAddress();
    return configured == null ? ServletUriComponentsBuilder.fromContextPath(request).build().toUriString()
        : configured.toString();
  }
}
