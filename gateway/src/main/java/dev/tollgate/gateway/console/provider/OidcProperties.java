package dev.tollgate.gateway.console.provider;

import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code tollgate.console.oidc.*} says; without an issuer nobody signs in that way.
 *
 * @param issuer of the ID tokens, below which the provider's description is found
 * @param clientId and secret under which the provider knows this gateway
 * @param name of the provider, as people know it
 * @param algorithm that ID tokens are signed with, as RFC 7518 names it
 * @param scopes that are asked for besides {@code openid} and {@code email}
 */
@ConfigurationProperties("tollgate.console.oidc")
record OidcProperties(@Nullable URI issuer, @DefaultValue("") String clientId,
    @DefaultValue("") String clientSecret, @DefaultValue("OpenID") String name,
    @DefaultValue("RS256") String algorithm, @DefaultValue Set<String> scopes) {

  OidcProperties {
    if (issuer != null && (clientId.isBlank() || clientSecret.isBlank())) {
      throw new IllegalArgumentException(
          "tollgate.console.oidc.issuer is set, so client-id and client-secret must be set too");
    }
  }

  /** Never prints the secret. */
  @Override
  public String toString() {
    return "OidcProperties[" + issuer + ", " + clientId + "]";
  }
}
