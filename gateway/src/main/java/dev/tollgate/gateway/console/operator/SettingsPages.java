package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.Dunning;
import dev.tollgate.gateway.console.ConsoleProperties;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.figures.GpuCosts;
import java.net.URI;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** What holds for all tenants: what people set here, and what whoever runs the gateway has configured. */
@PageController
class SettingsPages {

  private static final List<String> SWITCHES = List.of("tollgate.billing.close.automatic",
      "tollgate.billing.dunning.automatic");

  private final BillingProfiles profiles;
  private final Dunning dunning;
  private final GpuCosts costs;
  private final ConsoleProperties properties;
  private final Environment environment;
  private final Clock clock;

  SettingsPages(BillingProfiles profiles, Dunning dunning, GpuCosts costs, ConsoleProperties properties,
      Environment environment, Clock clock) {
    this.profiles = profiles;
    this.dunning = dunning;
    this.costs = costs;
    this.properties = properties;
    this.environment = environment;
    this.clock = clock;
  }

  /**
   * Something that is configured.
   *
   * @param value empty where it is not set, and then {@code on} tells all
   */
  public record Configured(String option, String value, boolean on) {}

  @GetMapping("/console/settings")
  String settings(Model model) {
    profiles.issuer(BillingProfiles.MAIN_ISSUER).ifPresent(issuer -> model.addAttribute("issuer", issuer));
    model.addAttribute("levels", dunning.policy(clock.instant().atOffset(ZoneOffset.UTC).toLocalDate()));
    costs.all().stream().findFirst().ifPresent(cost -> model.addAttribute("cost", cost));
    model.addAttribute("addresses", List.of(address("tollgate.console.address", properties.address()),
        address("tollgate.console.api-address", properties.apiAddress())));
    model.addAttribute("switches", SWITCHES.stream().map(
        option -> new Configured(option, "", environment.getProperty(option, Boolean.class, false)))
        .toList());
    return "console/settings";
  }

  private static Configured address(String option, @Nullable URI address) {
    return new Configured(option, address == null ? "" : address.toString(), address != null);
  }
}
