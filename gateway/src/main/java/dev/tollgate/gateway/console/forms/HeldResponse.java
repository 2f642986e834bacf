package dev.tollgate.gateway.console.forms;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.ContentCachingResponseWrapper;

/** A response that leaves when it is told to, redirects too: not before what it says is committed. */
final class HeldResponse extends ContentCachingResponseWrapper {

  private @Nullable String location;

  HeldResponse(HttpServletResponse response) {
    super(response);
  }

  @Override
  public void sendRedirect(String to) {
    location = to;
  }

  @Override
  public void sendRedirect(String to, int status, boolean clearBuffer) {
    location = to;
  }

  @Override
  public void sendRedirect(String to, int status) {
    location = to;
  }

  @Override
  public void sendRedirect(String to, boolean clearBuffer) {
    location = to;
  }

  /** Where it leads; null if it is a page. */
  @Nullable
  String location() {
    return location;
  }

  /** Lets it leave: a form that was done is left by a GET. */
  void leave() throws IOException {
    if (location == null) {
      copyBodyToResponse();
    } else {
      resetBuffer();
      ((HttpServletResponse) getResponse()).sendRedirect(location, SC_SEE_OTHER);
    }
  }
}
