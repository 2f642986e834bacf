package dev.tollgate.tenants;

/** A value that breaks a rule: which field of the call, and the rule as a sentence for who called. */
public final class BrokenRuleException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final String field;
  private final String rule;

  public BrokenRuleException(String field, String rule) {
    super(field + " " + rule);
    this.field = field;
    this.rule = rule;
  }

  public String field() {
    return field;
  }

  /** Begins with "must". */
  public String rule() {
    return rule;
  }
}
