package dev.tollgate.gateway.console.provider;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.credentials.Sealed;
import dev.tollgate.tenants.secrets.SealingKey;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/** Keeps attempts in the browser that makes them, so that any instance can end them and none has to remember them. */
@Component
@PagesRole
public class AttemptCookie {

  private static final String NAME = "tollgate_provider";
  private static final String PATH = "/sign-in/provider";
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Sealed sealed;
  private final Clock clock;

  AttemptCookie(SealingKey key, Clock clock) {
    this.sealed = new Sealed(key.of("sign-in by a provider"));
    this.clock = clock;
  }

  public void write(Attempt attempt, HttpServletRequest request, HttpServletResponse response) {
    byte[] bytes = sealed.seal(attempt.written().getBytes(StandardCharsets.UTF_8));
    add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), LONGEST, request, response);
  }

  /** The browser's attempt, which ends by being read; empty if there is none, or an old one. */
  public Optional<Attempt> take(HttpServletRequest request, HttpServletResponse response) {
    add("", Duration.ZERO, request, response);
    Cookie[] cookies = request.getCookies();
    return (cookies == null ? Stream.<Cookie>empty() : Arrays.stream(cookies))
        .filter(cookie -> cookie.getName().equals(NAME)).findFirst()
        .flatMap(cookie -> opened(cookie.getValue()))
        .filter(attempt -> attempt.begunAt().plus(LONGEST).isAfter(clock.instant()));
  }

  private Optional<Attempt> opened(String value) {
    try {
      return Attempt.read(
          new String(sealed.open(Base64.getUrlDecoder().decode(value)), StandardCharsets.UTF_8));
    } catch (IllegalStateException | IllegalArgumentException e) {
      // Somebody made it up, or the pepper is another one since.
      return Optional.empty();
    }
  }

  // Lax, since the provider sends the browser back here from its own site.
  private static void add(String value, Duration age, HttpServletRequest request,
      HttpServletResponse response) {
    response.addHeader(HttpHeaders.SET_COOKIE, ResponseCookie.from(NAME, value).path(PATH).httpOnly(true)
        .secure(request.isSecure()).sameSite("Lax").maxAge(age).build().toString());
  }
}
