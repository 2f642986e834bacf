package dev.tollgate.gateway.console.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OidcPropertiesTest {

  @Test
  void anIssuerNeedsAClientAndItsSecret() {
    assertThatThrownBy(() -> new OidcProperties(URI.create("https://id.example"), "client", "", "Example",
        "RS256", Set.of())).hasMessageContaining("client-secret");
  }

  @Test
  void neverPrintsTheSecret() {
    assertThat(new OidcProperties(URI.create("https://id.example"), "client", "hidden", "Example", "RS256",
        Set.of()).toString()).doesNotContain("hidden");
  }
}
