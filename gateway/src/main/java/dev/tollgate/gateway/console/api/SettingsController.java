package dev.tollgate.gateway.console.api;

import dev.tollgate.gateway.console.ConsoleProperties;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.wire.Cards;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;

/** What whoever runs the gateway has configured for all tenants. What people set has endpoints of its own. */
@ManagementController
class SettingsController {

  private final ConsoleProperties properties;
  private final Environment environment;
  private final Cards cards;

  SettingsController(ConsoleProperties properties, Environment environment, Cards cards) {
    this.properties = properties;
    this.environment = environment;
    this.cards = cards;
  }

  /** Addresses are null where they are not configured. */
  record SettingsCard(@Nullable String consoleAddress, @Nullable String apiAddress,
      boolean monthsCloseByThemselves, boolean remindersByThemselves) {}

  @GetMapping("/settings")
  ResponseEntity<SettingsCard> read() {
    return cards.ok(new SettingsCard(text(properties.address()), text(properties.apiAddress()),
        isOn("tollgate.billing.close.automatic"), isOn("tollgate.billing.dunning.automatic")));
  }

  private boolean isOn(String option) {
    return environment.getProperty(option, Boolean.class, false);
  }

  private static @Nullable String text(@Nullable URI address) {
    return address == null ? null : address.toString();
  }
}
