package dev.tollgate.tenants.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tollgate.tenants.TenantsInstance;
import dev.tollgate.tenants.secrets.SecretsConfiguration.TenantsProperties;
import org.junit.jupiter.api.Test;

class TenantsPropertiesTest {

  @Test
  void saysHowToMakeAPepperWhereNoneIsSet() {
    assertThatIllegalStateException().isThrownBy(() -> new TenantsProperties(null).pepper())
        .withMessageContaining("openssl rand -base64 32");
    assertThatIllegalStateException().isThrownBy(() -> new TenantsProperties(" ").pepper());
  }

  @Test
  void refusesAPepperThatIsShortOrNoBase64() {
    assertThatIllegalStateException().isThrownBy(() -> new TenantsProperties("c2hvcnQ=").pepper())
        .withMessageContaining("5 bytes");
    assertThatIllegalStateException().isThrownBy(() -> new TenantsProperties("not base64!").pepper());
  }

  @Test
  void neverPrintsThePepper() {
    var properties = new TenantsProperties(TenantsInstance.PEPPER);
    assertThat(properties.pepper()).hasSize(32);
    assertThat(properties.toString()).doesNotContain(TenantsInstance.PEPPER);
  }
}
