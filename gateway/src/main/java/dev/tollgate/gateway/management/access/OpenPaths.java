package dev.tollgate.gateway.management.access;

/** What may be read without a token: how the API is called, and nothing of what is in it. */
public final class OpenPaths {

  public static final String DOCUMENT = "/api/v1/openapi.json";
  public static final String PAGE = "/api/v1/docs";

  private OpenPaths() {}

  /** All of them, as patterns. */
  public static String[] patterns() {
    return new String[]{DOCUMENT, PAGE, PAGE + "/**"};
  }
}
