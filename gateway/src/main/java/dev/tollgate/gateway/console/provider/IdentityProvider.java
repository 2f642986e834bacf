package dev.tollgate.gateway.console.provider;

import dev.tollgate.gateway.console.PagesRole;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.client.authentication.OAuth2LoginAuthenticationToken;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationExchange;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationResponse;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.stereotype.Component;

/**
 * The configured provider: authorization code flow with PKCE (RFC 7636) and a nonce, by Spring Security. Its description is
 * read when somebody first signs in, so that no start waits for it or fails with it.
 */
@Component
@PagesRole
public class IdentityProvider {

  private static final String MULTI_FACTOR = "mfa";

  /** Which every registration must have; each request names its own, by the address that is configured. */
  private static final String CALLBACK = "{baseUrl}/sign-in/provider/callback";

  private final OidcProperties properties;
  private final CodeExchange exchange;
  private volatile @Nullable ClientRegistration known;

  IdentityProvider(OidcProperties properties, Clock clock) {
    this.properties = properties;
    this.exchange = new CodeExchange(properties.algorithm(), clock);
  }

  public boolean isOffered() {
    return properties.issuer() != null;
  }

  public String name() {
    return properties.name();
  }

  /**
   * Where to send a browser.
   *
   * @param callback address that the provider sends it back to
   */
  public String address(Attempt attempt, String callback) throws ProviderException {
    return request(attempt, callback).getAuthorizationRequestUri();
  }

  /**
   * What the provider says of who came back.
   *
   * @param state and code as the provider gave them to the browser
   */
  public Proof redeem(Attempt attempt, String callback, String state, String code) throws ProviderException {
    var response = OAuth2AuthorizationResponse.success(code).redirectUri(callback).state(state).build();
    var token = new OAuth2LoginAuthenticationToken(registration(),
        new OAuth2AuthorizationExchange(request(attempt, callback), response));
    try {
      return proof(exchange.identify(token));
    } catch (AuthenticationException e) {
      throw new ProviderException("What the provider answered is refused: " + e.getMessage(), e);
    }
  }

  private static Proof proof(OidcUser user) {
    OidcIdToken token = user.getIdToken();
    List<String> methods = token.getAuthenticationMethods();
    return new Proof(Objects.requireNonNull(token.getIssuer()).toString(),
        Objects.requireNonNull(user.getSubject()),
        Boolean.TRUE.equals(user.getEmailVerified()) ? user.getEmail() : null, user.getFullName(),
        methods != null && methods.contains(MULTI_FACTOR), token.getAuthenticatedAt());
  }

  /** The same for the same attempt, so that it need not be kept. */
  private OAuth2AuthorizationRequest request(Attempt attempt, String callback) throws ProviderException {
    ClientRegistration registration = registration();
    Map<String, Object> parameters = new HashMap<>();
    parameters.put(OidcParameterNames.NONCE, hash(attempt.nonce()));
    parameters.put(PkceParameterNames.CODE_CHALLENGE, hash(attempt.verifier()));
    parameters.put(PkceParameterNames.CODE_CHALLENGE_METHOD, "S256");
    if (attempt.session() != null) {
      parameters.put("prompt", "login");
      parameters.put("max_age", "0");
    }
    String authorize = Objects.requireNonNull(registration.getProviderDetails().getAuthorizationUri());
    return OAuth2AuthorizationRequest.authorizationCode().clientId(registration.getClientId())
        .authorizationUri(authorize).redirectUri(callback).scopes(registration.getScopes())
        .state(attempt.state()).additionalParameters(parameters).attributes(Map.of(OidcParameterNames.NONCE,
            attempt.nonce(), PkceParameterNames.CODE_VERIFIER, attempt.verifier()))
        .build();
  }

  private synchronized ClientRegistration registration() throws ProviderException {
    ClientRegistration registration = known;
    if (registration == null) {
      Set<String> scopes = new LinkedHashSet<>(List.of("openid", "email"));
      scopes.addAll(properties.scopes());
      try {
        registration = ClientRegistrations
            .fromOidcIssuerLocation(Objects.requireNonNull(properties.issuer()).toString())
            .registrationId("oidc").clientId(properties.clientId()).clientSecret(properties.clientSecret())
            .redirectUri(CALLBACK).scope(scopes).build();
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw new ProviderException("The provider's description cannot be read: " + e.getMessage(), e);
      }
      known = registration;
    }
    return registration;
  }

  /** As RFC 7636 has it, and as the nonce is compared. */
  private static String hash(String secret) {
    try {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
