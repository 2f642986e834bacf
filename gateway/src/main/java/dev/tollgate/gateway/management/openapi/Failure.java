package dev.tollgate.gateway.management.openapi;

import dev.tollgate.gateway.management.wire.RequiresIfMatch;

/** The problems that an endpoint may answer with. */
enum Failure {
  MALFORMED("400", "The parameters cannot be read, or the body is no JSON"),
  UNAUTHORIZED("401", "The token is missing, unknown, expired or revoked"),
  FORBIDDEN("403", "The role may not do this"),
  NOT_FOUND("404", "Nothing of this id, or nothing that the token may see"),
  NOT_ACCEPTABLE("406", "Only application/json is answered"),
  CONFLICT("409", "In conflict with what is there"),
  STALE("412", "It was changed since it was read"), TOO_LARGE("413", "The body is too large"),
  MEDIA_TYPE("415", "The body must be application/json"),
  INVALID("422", "Fields, named in errors, break rules"),
  UNCONDITIONAL("428", "If-Match is missing"), INTERNAL("500", "A fault of the server; nothing was changed"),
  UNAVAILABLE("503", "The database does not answer; nothing was changed");

  private final String status;
  private final String meaning;

  Failure(String status, String meaning) {
    this.status = status;
    this.meaning = meaning;
  }

  String status() {
    return status;
  }

  String meaning() {
    return meaning;
  }

  /** Whether an endpoint may answer so; {@code body} says whether it takes one. */
  boolean concerns(Endpoint endpoint, boolean body) {
    return switch (this) {
      case MALFORMED, UNAUTHORIZED, FORBIDDEN, NOT_ACCEPTABLE, INVALID, INTERNAL, UNAVAILABLE -> true;
      case NOT_FOUND -> endpoint.path().contains("{");
      case CONFLICT, TOO_LARGE -> endpoint.changes();
      case MEDIA_TYPE -> body;
      case STALE, UNCONDITIONAL -> endpoint.handler().hasMethodAnnotation(RequiresIfMatch.class);
    };
  }
}
