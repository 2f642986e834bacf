package dev.tollgate.tenants.secrets;

import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SecretsConfiguration.TenantsProperties.class)
class SecretsConfiguration {

  @Bean
  PepperedHash pepperedHash(TenantsProperties properties) {
    return new PepperedHash(properties.pepper());
  }

  @Bean
  SealingKey sealingKey(TenantsProperties properties) {
    return new SealingKey(properties.pepper());
  }

  /**
   * What the module is told.
   *
   * @param keyPepper base64 of at least 32 random bytes, the same on all instances and kept apart from the database's
   *     backups. Without it no stored hash can be checked: losing it makes every key useless
   */
  @ConfigurationProperties("tollgate.tenants")
  record TenantsProperties(@Nullable String keyPepper) {

    byte[] pepper() {
      if (keyPepper == null || keyPepper.isBlank()) {
        throw new IllegalStateException(
            "Set tollgate.tenants.key-pepper to base64 of 32 random bytes (openssl rand -base64 32)");
      }
      byte[] pepper;
      try {
        pepper = Base64.getDecoder().decode(keyPepper.strip());
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException("tollgate.tenants.key-pepper is not base64", e);
      }
      if (pepper.length < PepperedHash.SHORTEST_PEPPER_BYTES) {
        throw new IllegalStateException(
            "tollgate.tenants.key-pepper has " + pepper.length + " bytes; it needs "
                + PepperedHash.SHORTEST_PEPPER_BYTES);
      }
      return pepper;
    }

    /** Never prints the pepper. */
    @Override
    public String toString() {
      return "TenantsProperties[keyPepper=" + (keyPepper == null ? "unset" : "…") + "]";
    }
  }
}
