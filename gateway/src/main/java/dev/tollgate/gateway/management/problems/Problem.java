package dev.tollgate.gateway.management.problems;

import java.util.List;

/**
 * A problem as it is sent (RFC 9457).
 *
 * @param type what kind of problem it is: a URI that stays the same
 * @param instance the request, by the id that its {@code x-request-id} bears
 * @param errors what is wrong with which field; empty if the problem is none of fields
 */
public record Problem(String type, String title, int status, String detail, String instance,
    List<FieldError> errors) {

  public static final String MEDIA_TYPE = "application/problem+json";
}
