package dev.tollgate.gateway.authentication;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** The credential of {@code Authorization: Bearer} (RFC 6750). */
public final class Bearer {

  private static final String SCHEME = "Bearer ";

  private Bearer() {}

  /** The key or token that a request bears, of any length and content; null if it bears none. */
  public static @Nullable String of(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    String credential = header.substring(SCHEME.length()).strip();
    return credential.isEmpty() ? null : credential;
  }
}
