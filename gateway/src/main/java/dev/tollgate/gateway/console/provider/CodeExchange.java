package dev.tollgate.gateway.console.provider;

import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.authentication.OAuth2LoginAuthenticationToken;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.oidc.authentication.OidcAuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.userinfo.DefaultOAuth2UserService;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/**
 * Exchanges a code for an ID token, and checks it: signature, issuer, audience, nonce, times. Spring Security does all of
 * this; here its parts get a clock, patience, and one algorithm. It waits half a second for keys by itself, which some
 * providers take longer for.
 */
final class CodeExchange {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final OidcAuthorizationCodeAuthenticationProvider provider;
  private final SignatureAlgorithm algorithm;
  private final Clock clock;
  private final RestTemplate calls;

  CodeExchange(String algorithm, Clock clock) {
    SignatureAlgorithm known = SignatureAlgorithm.from(algorithm);
    if (known == null) {
      throw new IllegalArgumentException(
          "tollgate.console.oidc.algorithm must be one such as RS256 or ES256, not " + algorithm);
    }
    this.algorithm = known;
    this.clock = clock;
    ClientHttpRequestFactory patient = patient();
    this.calls = new RestTemplate(patient);
    this.calls.setErrorHandler(new OAuth2ErrorResponseErrorHandler());
    var tokens = new RestClientAuthorizationCodeTokenResponseClient();
    tokens.setRestClient(RestClient.builder().requestFactory(patient)
        .configureMessageConverters(converters -> converters.registerDefaults()
            .addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
        .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler()).build());
    var plain = new DefaultOAuth2UserService();
    plain.setRestOperations(calls);
    var users = new OidcUserService();
    users.setOauth2UserService(plain);
    this.provider = new OidcAuthorizationCodeAuthenticationProvider(tokens, users);
    var decoders = new ConcurrentHashMap<String, JwtDecoder>();
    provider.setJwtDecoderFactory(registration -> decoders.computeIfAbsent(
        String.valueOf(registration.getProviderDetails().getJwkSetUri()),
        keys -> decoder(registration, keys)));
  }

  /**
   * Who it is.
   *
   * @throws org.springframework.security.core.AuthenticationException if anything about the answer is wrong, or none comes
   */
  OidcUser identify(OAuth2LoginAuthenticationToken token) {
    Authentication answered = provider.authenticate(token);
    if (answered != null && answered.getPrincipal() instanceof OidcUser user) {
      return user;
    }
    throw new AuthenticationServiceException("The provider does not speak OpenID Connect");
  }

  private JwtDecoder decoder(ClientRegistration registration, String keys) {
    NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(keys).jwsAlgorithm(algorithm)
        .restOperations(calls).build();
    var timestamps = new JwtTimestampValidator();
    timestamps.setClock(clock);
    var claims = new OidcIdTokenValidator(registration);
    claims.setClock(clock);
    decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(timestamps, claims));
    decoder.setClaimSetConverter(OidcIdTokenDecoderFactory.createDefaultClaimTypeConverter());
    return decoder;
  }

  private static ClientHttpRequestFactory patient() {
    var factory = new JdkClientHttpRequestFactory(HttpClient.newBuilder().connectTimeout(PATIENCE).build());
    factory.setReadTimeout(PATIENCE);
    return factory;
  }
}
