package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.access.PageAccess;
import dev.tollgate.gateway.console.access.PageTable;
import dev.tollgate.gateway.management.access.Access;
import dev.tollgate.gateway.management.access.AccessTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Everything that the pages show or change can be had over the management API, by whoever may open the page. A new page or
 * button fails here until it has its endpoints, or a reason for having none.
 */
class PagesInTheApiTest extends ManagementTest {

  /** What belongs to the sign-in of a browser: a token is no person, and must not become one (ADR 25). */
  private static final List<String> OF_THE_BROWSER = List.of("/", "/sign-in", "/sign-out", "/invitation",
      "/preferences", "/account");

  /** What is the API that developers call, and needs no second one. */
  private static final List<String> OF_DEVELOPERS = List.of("GET /portal/{tenant}/playground",
      "POST /portal/{tenant}/playground/stream");

  /** Page or form, and the endpoints that do the same. {@code C} is /console, {@code P} /portal/{tenant}. */
  private static final String TABLE = """
      GET C                                      = GET /overview
      GET C/tenants                              = GET /tenants
      GET C/tenants/{tenant}                     = GET {T}, GET {T}/contracts, GET {T}/balance, GET {T}/packs, GET {T}/pack-orders, GET {T}/top-ups, GET {T}/budgets, GET {T}/invoices, GET {T}/billing-profile, GET {T}/rate-limits, GET {T}/members, GET {T}/invitations, GET {T}/projects
      GET C/prices                               = GET /prices, GET /time-bands, GET /plans, GET /pack-offers
      GET C/prices/{price}/preview               = GET /prices/{price}/effect, GET /prices/{price}
      GET C/invoices                             = GET /invoices, GET /closes, GET /due-months, GET /overdue-invoices
      GET C/invoices/progress                    = GET /closes/{month}
      GET C/invoices/{invoice}                   = GET {I}, GET {I}/payments, GET {I}/recomputation
      GET C/invoices/{invoice}/pdf               = GET {I}/files/{format}
      GET C/invoices/export                      = GET /exports/{month}, GET {T}/exports/{month}
      GET C/ledger                               = GET /ledger
      GET C/reconciliation                       = GET /reconciliation/latest
      GET C/audit                                = GET /audit-log, GET {T}/audit-log
      GET C/backends                             = GET /backends
      GET C/economics                            = GET /economics, GET /gpu-costs
      GET C/operators                            = GET /operators, GET /invitations
      GET C/service-levels                       = GET /service-levels, GET {T}/service-levels
      GET C/settings                             = GET /settings, GET /issuers/{code}, GET /dunning-levels, GET /gpu-costs
      POST C/tenants/new                         = POST /tenants, POST {T}/projects
      POST C/tenants/{tenant}/rename             = PATCH {T}
      POST C/tenants/{tenant}/suspend            = POST {T}/suspend, POST {T}/resume
      POST C/tenants/{tenant}/invite             = POST {T}/invitations
      POST C/tenants/{tenant}/limits             = PUT {T}/rate-limits, PUT {T}/budget
      POST C/tenants/{tenant}/top-up             = POST {T}/top-ups
      POST C/tenants/{tenant}/pack               = POST {T}/packs
      POST C/tenants/{tenant}/orders/{order}/paid = POST {T}/pack-orders/{order}/paid
      POST C/tenants/{tenant}/orders/{order}/cancel = DELETE {T}/pack-orders/{order}
      POST C/tenants/{tenant}/credit-limit       = PUT {T}/credit-limit
      POST C/tenants/{tenant}/contract           = POST {T}/contracts
      POST C/tenants/{tenant}/profile            = PUT {T}/billing-profile
      POST C/settings/issuer                     = PUT /issuers/{code}
      POST C/prices/new                          = POST /prices
      POST C/prices/{price}/withdraw             = DELETE /prices/{price}
      POST C/invoices/close                      = POST /closes
      POST C/invoices/finalise                   = POST /closes/{month}/finalise, POST {I}/finalise
      POST C/invoices/{invoice}/credit           = POST {I}/credit-notes
      POST C/invoices/{invoice}/payment          = POST {I}/payments
      POST C/invoices/{invoice}/redraft          = POST {I}/redraft
      POST C/economics/cost                      = PUT /gpu-costs/{day}
      POST C/backends/drain                      = POST /backends/{address}/drain
      POST C/operators/invite                    = POST /invitations
      POST C/operators/{person}/role             = PUT /operators/{person}
      POST C/operators/{person}/remove           = DELETE /operators/{person}
      POST C/operators/invitations/{invitation}/withdraw = DELETE /invitations/{invitation}
      GET P                                      = GET {T}, GET {T}/api-keys, GET {T}/balance
      GET P/keys                                 = GET {T}/api-keys, GET {T}/projects
      GET P/keys/{key}                           = GET {T}/api-keys/{key}, GET {T}/api-keys/{key}/rate-limits, GET {T}/api-keys/{key}/budget
      GET P/projects                             = GET {T}/projects
      GET P/usage                                = GET {T}/usage
      GET P/usage/csv                            = GET {T}/usage
      GET P/balance                              = GET {T}/balance, GET {T}/packs, GET {T}/pack-orders, GET {T}/pack-settings, GET {T}/top-ups, GET {T}/budgets, GET {T}/rate-limits
      GET P/members                              = GET {T}/members, GET {T}/invitations
      GET P/invoices                             = GET {T}/invoices
      GET P/invoices/{invoice}/pdf               = GET {I}/files/{format}
      POST P/keys/new                            = POST {T}/api-keys, PUT {T}/api-keys/{key}/rate-limits, PUT {T}/api-keys/{key}/budget
      POST P/keys/{key}/limits                   = PUT {T}/api-keys/{key}/rate-limits, PUT {T}/api-keys/{key}/budget
      POST P/keys/{key}/rotate                   = POST {T}/api-keys/{key}/rotate
      POST P/keys/{key}/revoke                   = DELETE {T}/api-keys/{key}
      POST P/projects/new                        = POST {T}/projects
      POST P/projects/{project}/rename           = PATCH {T}/projects/{project}
      POST P/projects/{project}/limits           = PUT {T}/projects/{project}/rate-limits, PUT {T}/projects/{project}/budget
      POST P/balance/pack                        = POST {T}/packs, POST {T}/pack-orders
      POST P/balance/fall-through                = PUT {T}/pack-settings
      POST P/balance/limits                      = PUT {T}/budget
      POST P/members/invite                      = POST {T}/invitations
      POST P/members/{person}/role               = PUT {T}/members/{person}
      POST P/members/{person}/remove             = DELETE {T}/members/{person}
      POST P/members/invitations/{invitation}/withdraw = DELETE {T}/invitations/{invitation}
      """;

  @Autowired
  @Qualifier("requestMappingHandlerMapping")
  RequestMappingHandlerMapping mappings;

  @Test
  void everyPageAndEveryFormHasItsEndpointsForAllWhoMayOpenIt() {
    Map<String, List<String>> endpoints = endpoints();
    Map<String, Access> rows = AccessTable.ROWS.stream()
        .collect(Collectors.toMap(Access::endpoint, row -> row));
    var softly = new SoftAssertions();
    for (String page : pages()) {
      List<String> same = endpoints.remove(page);
      softly.assertThat(same).as("endpoints that do the same as " + page).isNotEmpty();
      PageAccess access = PageTable.of(page).orElseThrow();
      for (String endpoint : same == null ? List.<String>of() : same) {
        Access row = rows.get(endpoint);
        softly.assertThat(row).as("%s, for %s", endpoint, page).isNotNull();
        if (row != null) {
          softly.assertThat(row.operators()).as("%s, for %s", endpoint, page).containsAll(access.operators());
          softly.assertThat(row.members()).as("%s, for %s", endpoint, page).containsAll(access.members());
        }
      }
    }
    softly.assertThat(endpoints.keySet()).as("pages of the table that are not there").isEmpty();
    softly.assertAll();
  }

  /** All that is mapped but for the browser's own; a page that only shows a form goes with sending it. */
  private List<String> pages() {
    Set<String> mapped = mappings.getHandlerMethods().entrySet().stream()
        .filter(entry -> AnnotatedElementUtils.hasAnnotation(entry.getValue().getBeanType(),
            PageController.class))
        .flatMap(entry -> entry.getKey().getPatternValues().stream()
            .filter(path -> !path.endsWith("/**") && OF_THE_BROWSER.stream().noneMatch(
                own -> path.equals(own) || (own.length() > 1 && path.startsWith(own + "/"))))
            .flatMap(path -> entry.getKey().getMethodsCondition().getMethods().stream()
                .map(method -> method + " " + path)))
        .collect(Collectors.toSet());
    assertThat(mapped).containsAll(OF_DEVELOPERS);
    return mapped.stream().filter(page -> !OF_DEVELOPERS.contains(page))
        .filter(page -> !page.startsWith("GET ") || !mapped.contains("POST " + page.substring(4))).sorted()
        .toList();
  }

  private static Map<String, List<String>> endpoints() {
    var endpoints = new LinkedHashMap<String, List<String>>();
    for (String line : TABLE.lines().toList()) {
      String[] sides = line.split("=", 2);
      String page = sides[0].strip().replaceFirst(" C", " /console").replaceFirst(" P", " /portal/{tenant}");
      var same = new ArrayList<String>();
      for (String endpoint : sides[1].split(",", -1)) {
        same.add(endpoint.strip().replace("{I}", "{T}/invoices/{invoice}").replace("{T}",
            "/tenants/{tenant}"));
      }
      endpoints.put(page, same);
    }
    return endpoints;
  }
}
