package dev.tollgate.gateway.console.sessions;

import dev.tollgate.tenants.PersonId;
import java.time.Instant;
import java.util.UUID;

/**
 * A session as it was when read.
 *
 * @param halfWay between password and second factor: good for nothing else
 * @param agent the browser, by its own word
 * @param confirmedAt when its owner last proved to be there
 */
public record Session(UUID id, PersonId person, boolean halfWay, Method method, String agent,
    Instant createdAt, Instant usedAt, Instant confirmedAt) {

  /** How a session began. The names are stored; renaming one needs a migration. */
  public enum Method {
    LINK, PASSWORD, PASSKEY, INVITATION, OIDC
  }
}
