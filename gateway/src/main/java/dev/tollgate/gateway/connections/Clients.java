package dev.tollgate.gateway.connections;

import jakarta.servlet.http.HttpServletRequest;

/** Finds the client behind a request. */
public final class Clients {

  static final String ATTRIBUTE = Client.class.getName();

  private Clients() {}

  /** The client of this request; one that is never gone where the server cannot tell, as in tests without a socket. */
  public static Client of(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof Client client ? client : () -> false;
  }
}
