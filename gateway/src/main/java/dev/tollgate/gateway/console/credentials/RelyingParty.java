package dev.tollgate.gateway.console.credentials;

import dev.tollgate.gateway.console.ConsoleProperties;
import dev.tollgate.gateway.console.PagesRole;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Under which name passkeys are made: the configured address, or the machine itself. What else a request says about where
 * it was sent to is not believed, and an address without a name has no passkeys.
 */
@Component
@PagesRole
public class RelyingParty {

  private static final String THIS_MACHINE = "localhost";

  private final ConsoleProperties properties;

  RelyingParty(ConsoleProperties properties) {
    this.properties = properties;
  }

  /** Where a browser is that may use passkeys. */
  public record Place(String name, String origin) {}

  public Optional<Place> of(HttpServletRequest request) {
    URI address = properties.address();
    if (address != null) {
      String port = address.getPort() < 0 ? "" : ":" + address.getPort();
      return Optional
          .of(new Place(address.getHost(), address.getScheme() + "://" + address.getHost() + port));
    }
    if (!request.getServerName().equals(THIS_MACHINE)) {
      return Optional.empty();
    }
    String port = request.getServerPort() == 80 ? "" : ":" + request.getServerPort();
    return Optional.of(new Place(THIS_MACHINE, request.getScheme() + "://" + THIS_MACHINE + port));
  }
}
