package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the database shows to the role that portal pages read as. */
class PortalRowsTest extends GatewayTest {

  @Autowired
  PlatformTransactionManager transactions;

  @ParameterizedTest
  @ValueSource(strings = {"tenants.project", "tenants.api_key", "billing.contract", "billing.account",
      "billing.fund"})
  void aQueryThatForgetsTheTenantFindsNothingOfOthers(String table) {
    TenantId own = paying(1_000_000).tenant();
    paying(1_000_000);
    assertThat(asPortal(own, "SELECT DISTINCT tenant_id FROM " + table)).containsExactly(own.value());
  }

  @Test
  void nothingIsSeenWhereNoTenantIsNamed() {
    paying(1_000_000);
    assertThat(asPortal(null, "SELECT tenant_id FROM billing.fund")).isEmpty();
  }

  @Test
  void whatIsNotGrantedIsRefused() {
    TenantId own = paying(1).tenant();
    assertThatThrownBy(() -> asPortal(own, "SELECT person_id FROM gateway.credential"))
        .isInstanceOf(DataAccessException.class).rootCause().hasMessageContaining("permission denied");
    assertThatThrownBy(() -> asPortal(own, "UPDATE tenants.project SET name = 'x' RETURNING id"))
        .isInstanceOf(DataAccessException.class);
  }

  @Test
  void theConnectionComesBackAsItWentAlsoAfterAFailure() {
    TenantId own = paying(1).tenant();
    assertThatThrownBy(() -> asPortal(own, "SELECT 1 / 0")).isInstanceOf(DataAccessException.class);
    asPortal(own, "SELECT id FROM tenants.project");
    for (int i = 0; i < 20; i++) {
      assertThat(jdbc.sql(
          "SELECT current_user <> 'tollgate_portal' AND COALESCE(current_setting('tollgate.tenant', true), '') = ''")
          .query(Boolean.class).single()).isTrue();
    }
  }

  private List<UUID> asPortal(@Nullable TenantId tenant, String sql) {
    return new TransactionTemplate(transactions).execute(status -> {
      status.setRollbackOnly();
      jdbc.sql("SET LOCAL ROLE tollgate_portal").update();
      if (tenant != null) {
        jdbc.sql("SELECT set_config('tollgate.tenant', ?, true)").param(tenant.toString()).query(String.class)
            .single();
      }
      return jdbc.sql(sql).query(UUID.class).list();
    });
  }
}
