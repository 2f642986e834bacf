package dev.tollgate.tenants;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tokens that open the management API: issued and revoked in the database, looked up in memory, as API keys are. */
public interface Tokens {

  /**
   * Decides whether a presented token is good, without asking the database. Takes the same time whether the public part
   * is unknown or the secret is wrong.
   *
   * @param presented what stood after {@code Bearer}, of any length and content
   */
  Lookup lookup(String presented);

  /**
   * Creates a token. It is accepted here at once and on every other instance within a second; inside a transaction of
   * the caller's, within a second of its commit.
   *
   * @param name for people, 1 to 100 characters
   * @param expiresAt when it stops working, or null for never
   * @throws BrokenRuleException if the name is blank or too long
   */
  Issued issue(Holder holder, String name, @Nullable Instant expiresAt);

  /**
   * Revokes a token at once here and within a second on every other instance; inside a transaction of the caller's,
   * within a second of its commit. Revoking twice changes nothing.
   *
   * @param tenant whose token it is; null for a token of the operator
   * @return false if there is no such token
   */
  boolean revoke(@Nullable TenantId tenant, TokenId token);

  /** One token, without its secret; {@code tenant} as in {@link #revoke}. Asks the database. */
  Optional<Token> find(@Nullable TenantId tenant, TokenId token);

  /**
   * Tokens, the newest first. Asks the database.
   *
   * @param tenant whose tokens; null for those of the operator
   * @param after the last token of the page before, null for the first page
   */
  List<Token> list(@Nullable TenantId tenant, @Nullable TokenId after, int limit);

  /** For whom a token speaks. */
  sealed interface Holder {

    record Operator(OperatorRole role) implements Holder {}

    record Member(TenantId tenant, MemberRole role) implements Holder {}
  }

  /** The outcome of a look-up. */
  sealed interface Lookup {

    record Accepted(TokenId id, String name, Holder holder) implements Lookup {}

    record Refused(Reason reason) implements Lookup {}
  }

  /** Why a token was not accepted. {@code MALFORMED} means that the checksum or the shape is wrong: a typing error. */
  enum Reason {
    MALFORMED, UNKNOWN, EXPIRED, REVOKED
  }

  /** A new token. The secret exists here and nowhere else; the database holds a keyed hash of it. */
  record Issued(TokenId id, String secret) {

    /** Never prints the secret. */
    @Override
    public String toString() {
      return "Issued[" + id + "]";
    }
  }

  /**
   * A token as it was when read.
   *
   * @param start how the token begins, by which people recognise it; no secret
   * @param revokedAt since when it is refused, or null
   */
  record Token(TokenId id, Holder holder, String name, String start, Instant createdAt,
      @Nullable Instant expiresAt, @Nullable Instant revokedAt) {}
}
