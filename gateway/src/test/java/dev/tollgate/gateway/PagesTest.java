package dev.tollgate.gateway;

import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.TenantId;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;

/** The pages over HTTP, on the gateway that all tests share. */
abstract class PagesTest extends GatewayTest {

  static final String PASSWORD = "correct horse battery staple";

  @Autowired
  People people;

  @Autowired
  SignInLinks links;

  Person person() {
    return people.add("p-" + UUID.randomUUID() + "@example.com", "Ada Example");
  }

  Person operator(OperatorRole role) {
    Person person = person();
    people.appoint(person.id(), role);
    return person;
  }

  Person member(TenantId tenant, MemberRole role) {
    Person person = person();
    people.join(tenant, person.id(), role);
    return person;
  }

  /** A browser in which somebody has just signed in by a link. */
  Browsing signedIn(Person person) throws IOException, InterruptedException {
    var browsing = new Browsing(port);
    browsing.send(SignInLinks.PATH + links.issue(person.id()), Map.of());
    return browsing;
  }

  /** As if the last month's service level had been found to be too low. */
  void reported(TenantId tenant) {
    jdbc.sql(
        """
            INSERT INTO billing.service_level (contract_id, first_token_millis, first_token_percent, longest_prompt, below_ppm,
              credit_basis_points)
            SELECT id, 200, 95, 4096, '{999000}', '{1000}' FROM billing.contract WHERE tenant_id = ?""")
        .param(tenant.value()).update();
    jdbc.sql(
        """
            INSERT INTO billing.service_report (contract_id, month, tenant_id, counted, failed, excluded, first_tokens,
              first_token_millis, usage_pico, credit_basis_points, credit_pico)
            SELECT id, date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month', tenant_id, 100, 1, 0, 99, 150,
              0, 1000, 0
            FROM billing.contract WHERE tenant_id = ?""")
        .param(tenant.value()).update();
  }
}
