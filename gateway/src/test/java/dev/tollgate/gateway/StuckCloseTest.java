package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A close that goes on with all tenants but one says which, and why. */
class StuckCloseTest extends PagesTest {

  @AfterEach
  void forget() {
    jdbc.sql("DELETE FROM billing.period WHERE month = '1990-01-01'").update();
    jdbc.sql("DELETE FROM billing.close WHERE month = '1990-01-01'").update();
  }

  @Test
  void tellsTheTenantsThatAreSetAsideWithTheReason() throws Exception {
    TenantId tenant = tenants.create("t-" + UUID.randomUUID(), "Acme <Brasil> Ltda").id();
    jdbc.sql(
        """
            WITH begun AS (
              INSERT INTO billing.close (month, begun_by, cut_at, summed_at)
              VALUES ('1990-01-01', 'test', clock_timestamp(), clock_timestamp()) RETURNING id)
            INSERT INTO billing.period (tenant_id, month, span, close_id, previous_cut, state, set_aside, retry_at)
            SELECT :tenant, '1990-01-01', '[1990-01-01Z,1990-02-01Z)', id, '-infinity', 'CLOSING',
              'The list in BRL has no price', 'infinity'
            FROM begun
            """)
        .param("tenant", tenant.value()).update();
    Browsing browsing = signedIn(operator(OperatorRole.FINANCE));
    for (String page : new String[]{"/console/invoices?month=1990-01",
        "/console/invoices/progress?month=1990-01"}) {
      assertThat(browsing.get(page).body()).contains("Drafts could not be written for 1 tenants")
          .contains("/console/tenants/" + tenant, "Acme &lt;Brasil&gt; Ltda",
              "The list in BRL has no price");
    }
  }
}
