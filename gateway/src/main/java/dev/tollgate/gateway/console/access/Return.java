package dev.tollgate.gateway.console.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Where somebody is led back to after signing in: always a path of these pages, whatever an address says. */
public final class Return {

  public static final String HOME = "/";

  private static final int LONGEST = 1_000;

  private Return() {}

  /** The page that a request asks for, or the one whose form it sends. */
  public static String of(HttpServletRequest request) {
    if (request.getMethod().equals("GET")) {
      String query = request.getQueryString();
      return checked(request.getRequestURI() + (query == null ? "" : "?" + query));
    }
    String referer = request.getHeader(HttpHeaders.REFERER);
    if (referer == null) {
      return HOME;
    }
    try {
      URI uri = new URI(referer);
      return checked(uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
    } catch (URISyntaxException e) {
      return HOME;
    }
  }

  /** The path, if it is one that leads nowhere else and may be shown after signing in. */
  public static String checked(@Nullable String path) {
    if (path == null || path.length() > LONGEST || !path.startsWith("/") || path.startsWith("//")
        || path.startsWith("/sign-in") || path.indexOf('\\') >= 0
        || path.chars().anyMatch(each -> each <= ' ' || each > '~')) {
      return HOME;
    }
    return path;
  }
}
