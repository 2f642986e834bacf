package dev.tollgate.gateway.console.sessions;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * The cookie that holds a session's secret: no script reads it, no other site's form sends it along, and where the
 * connection is secure it is sent over no other.
 */
public final class SessionCookie {

  private static final String NAME = "tollgate_session";

  private SessionCookie() {}

  static Optional<String> read(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        if (cookie.getName().equals(NAME) && !cookie.getValue().isEmpty()) {
          return Optional.of(cookie.getValue());
        }
      }
    }
    return Optional.empty();
  }

  public static void write(HttpServletRequest request, HttpServletResponse response, String secret) {
    add(request, response, secret, Sessions.LONGEST);
  }

  public static void remove(HttpServletRequest request, HttpServletResponse response) {
    add(request, response, "", Duration.ZERO);
  }

  private static void add(HttpServletRequest request, HttpServletResponse response, String value,
      Duration age) {
    response.addHeader(HttpHeaders.SET_COOKIE, ResponseCookie.from(NAME, value).path("/").httpOnly(true)
        .secure(request.isSecure()).sameSite("Lax").maxAge(age).build().toString());
  }
}
