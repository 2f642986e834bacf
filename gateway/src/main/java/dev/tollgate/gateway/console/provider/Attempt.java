package dev.tollgate.gateway.console.provider;

import dev.tollgate.tenants.secrets.LinkSecret;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A browser on its way to the provider and back. All of it stays in that browser, sealed.
 *
 * @param state that the provider gives back, so that no other site can end what this browser did not begin
 * @param nonce that the ID token must bear, as a hash
 * @param verifier that shows the provider who began (RFC 7636)
 * @param next where it leads to, a path
 * @param session whose owner proves to be there; null where somebody signs in
 */
public record Attempt(String state, String nonce, String verifier, String next, Instant begunAt,
    @Nullable UUID session) {

  private static final int PARTS = 6;

  /** A new one. */
  public static Attempt begin(String next, Instant now, @Nullable UUID session) {
    return new Attempt(LinkSecret.create(), LinkSecret.create(), LinkSecret.create(), next, now, session);
  }

  String written() {
    return String.join("\n", state, nonce, verifier, next, begunAt.toString(),
        session == null ? "" : session.toString());
  }

  static Optional<Attempt> read(String written) {
    String[] parts = written.split("\n", -1);
    return parts.length == PARTS
        ? Optional.of(new Attempt(parts[0], parts[1], parts[2], parts[3], Instant.parse(parts[4]),
            parts[5].isEmpty() ? null : UUID.fromString(parts[5])))
        : Optional.empty();
  }

  /** Never prints its secrets. */
  @Override
  public String toString() {
    return "Attempt[" + next + ", " + begunAt + "]";
  }
}
