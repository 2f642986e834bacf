package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.MessageSource;

/** Codes of which the database keeps the list: pages have a name for each of them, in both languages. */
class StoredCodesTest extends GatewayTest {

  private static final List<Locale> LANGUAGES = List.of(Locale.US, Locale.SIMPLIFIED_CHINESE);

  @Autowired
  MessageSource messages;

  @Test
  void everyReasonOfAPostingHasAName() {
    List<String> reasons = jdbc.sql("""
        SELECT m[1] FROM pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([A-Z_]+)''', 'g') AS m
        WHERE conrelid = 'billing.transfer'::regclass AND conname = 'transfer_reason_check'""")
        .query(String.class).list();
    assertThat(reasons).contains("TOP_UP", "REFUND");
    assertNamed("reason.", reasons);
  }

  @Test
  void everyKindOfAnAccountHasAName() {
    List<String> kinds = jdbc.sql("""
        SELECT m[1] FROM pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([A-Z_]+)''', 'g') AS m
        WHERE conrelid = 'billing.account'::regclass AND conname = 'account_kind_check'""")
        .query(String.class).list();
    assertThat(kinds).contains("MONEY", "ROUNDING");
    assertNamed("account.", kinds);
  }

  @ParameterizedTest
  @ValueSource(strings = {"billing.reconciliation", "billing.roll_up_reconciliation",
      "billing.invoice_reconciliation"})
  void everyComparisonOfTheBooksHasAName(String view) {
    List<String> checks = jdbc.sql(
        """
            SELECT DISTINCT regexp_replace(m[1], ' of $', '')
            FROM regexp_matches(pg_get_viewdef(CAST(? AS regclass)), '''([a-z]+ (?:=|within) [a-z ]+)''', 'g') AS m""")
        .param(view).query(String.class).list();
    assertThat(checks).containsAnyOf("usage = ledger", "usage = days", "usage = invoices");
    assertNamed("check.", checks.stream().map(check -> check.replaceAll("[^a-z]+", "-")).toList());
  }

  private void assertNamed(String prefix, List<String> codes) {
    for (Locale language : LANGUAGES) {
      assertThat(codes).allSatisfy(code -> assertThat(messages.getMessage(prefix + code, null, "", language))
          .as("%s in %s", code, language).isNotEmpty());
    }
  }
}
