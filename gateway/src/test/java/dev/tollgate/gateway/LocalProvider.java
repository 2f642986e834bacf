package dev.tollgate.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import tools.jackson.databind.json.JsonMapper;

/** A provider of identities on loopback, whose people are whoever a test says, with whatever claims. */
final class LocalProvider {

  static final String CLIENT = "tollgate-tests";
  static final String SECRET = "the tests' own secret";
  static final String NAME = "Example ID";

  private static final JsonMapper JSON = new JsonMapper();

  /** Somebody who has proved who it is: the claims of the ID token, which a test may spoil. */
  private record Granted(Map<String, String> asked, String email,
      UnaryOperator<JWTClaimsSet.Builder> spoil) {}

  private final HttpServer server;
  private final RSAKey key;
  private final RSAKey foreign;
  private final Map<String, Granted> granted = new ConcurrentHashMap<>();

  private LocalProvider() {
    try {
      this.key = new RSAKeyGenerator(2048).keyID("one").generate();
      this.foreign = new RSAKeyGenerator(2048).keyID("one").generate();
      this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/.well-known/openid-configuration",
        exchange -> answer(exchange, 200, Map.of("issuer",
            issuer(), "authorization_endpoint", issuer() + "/authorize", "token_endpoint",
            issuer() + "/token",
            "jwks_uri", issuer() + "/keys", "subject_types_supported", new String[]{"public"},
            "response_types_supported", new String[]{"code"}, "id_token_signing_alg_values_supported",
            new String[]{"RS256"})));
    server.createContext("/keys",
        exchange -> answer(exchange, 200, new JWKSet(key.toPublicJWK()).toJSONObject()));
    server.createContext("/token", this::token);
  }

  static LocalProvider start() {
    var provider = new LocalProvider();
    provider.server.start();
    return provider;
  }

  String issuer() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** What was asked for by an address that a browser was sent to. */
  static Map<String, String> asked(URI address) {
    return parsed(address.getRawQuery());
  }

  /**
   * Somebody proves who it is, and is sent back.
   *
   * @param spoil changes the claims
   * @return path and query that the browser is sent to
   */
  String back(URI address, String email, UnaryOperator<JWTClaimsSet.Builder> spoil) {
    String code = UUID.randomUUID().toString();
    Map<String, String> asked = asked(address);
    granted.put(code, new Granted(asked, email, spoil));
    return URI.create(asked.get("redirect_uri")).getPath() + "?state=" + asked.get("state") + "&code=" + code;
  }

  private void token(HttpExchange exchange) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    String expected = "Basic " + Base64.getEncoder().encodeToString(
        (CLIENT + ":" + java.net.URLEncoder.encode(SECRET, StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8));
    Map<String, String> form = parsed(
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    Granted grant = granted.remove(form.getOrDefault("code", ""));
    if (!expected.equals(authorization) || grant == null
        || !form.getOrDefault("redirect_uri", "").equals(grant.asked().get("redirect_uri"))
        || !hash(form.getOrDefault("code_verifier", "")).equals(grant.asked().get("code_challenge"))) {
      answer(exchange, 400, Map.of("error", "invalid_grant"));
      return;
    }
    answer(exchange, 200, Map.of("access_token", UUID.randomUUID().toString(), "token_type", "Bearer",
        "expires_in", 60, "id_token", idToken(grant)));
  }

  private String idToken(Granted grant) {
    Instant now = Instant.now();
    JWTClaimsSet claims = grant.spoil().apply(new JWTClaimsSet.Builder().issuer(issuer())
        .subject("subject of " + grant.email()).audience(CLIENT).issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(60))).claim("nonce", grant.asked().get("nonce"))
        .claim("email", grant.email()).claim("email_verified", true)
        .claim("auth_time", now.getEpochSecond()))
        .build();
    boolean forged = Boolean.TRUE.equals(claims.getClaim("forged"));
    var token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(), claims);
    try {
      token.sign(new RSASSASigner(forged ? foreign : key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return token.serialize();
  }

  private static void answer(HttpExchange exchange, int status, Object json) throws IOException {
    byte[] body = JSON.writeValueAsBytes(json);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static Map<String, String> parsed(String query) {
    var parsed = new HashMap<String, String>();
    for (String pair : query.split("&", -1)) {
      String[] sides = pair.split("=", 2);
      parsed.put(sides[0], sides.length == 1 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
    }
    return parsed;
  }

  private static String hash(String verifier) {
    try {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
