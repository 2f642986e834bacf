package dev.tollgate.gateway.admission.idempotency;

import dev.tollgate.billing.RequestId;

/** An answer as it left. */
public final class KeptAnswer {

  private final RequestId request;
  private final String contentType;
  private final KeptBody body;

  KeptAnswer(RequestId request, String contentType, KeptBody body) {
    this.request = request;
    this.contentType = contentType;
    this.body = body;
  }

  /** What it was billed under. */
  public RequestId request() {
    return request;
  }

  public String contentType() {
    return contentType;
  }

  public KeptBody body() {
    return body;
  }
}
