package dev.tollgate.tenants.secrets;

/** What a secret opens, told by its first characters. */
public enum SecretKind {
  /** The API that developers call. */
  API_KEY("tg_live_"),
  /** The management API, for people of the operator. */
  OPERATOR_TOKEN("tg_operator_"),
  /** The management API, for people of one tenant. */
  TENANT_TOKEN("tg_tenant_");

  private final String prefix;

  SecretKind(String prefix) {
    this.prefix = prefix;
  }

  String prefix() {
    return prefix;
  }
}
