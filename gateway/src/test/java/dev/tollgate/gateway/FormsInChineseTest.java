package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.console.access.PageAccess;
import dev.tollgate.gateway.console.access.PageTable;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Every form that something is typed into, filled in wrongly by a reader of Chinese. The forms are those of the table of pages. */
class FormsInChineseTest extends FurnishedTest {

  /** Too long for any field, and neither a number, an amount, an address nor a code. */
  private static final String TYPED = "☂" + "x".repeat(400);
  private static final Pattern FIELD = Pattern
      .compile("<(?:input(?=[^>]* type=\"(?:text|email)\")|textarea)[^>]* name=\"([a-z_0-9]+)\"");
  private static final Pattern CHOICE = Pattern
      .compile("<select[^>]* name=\"([a-z_0-9]+)\".*?<option value=\"([^\"]*)\"", Pattern.DOTALL);
  private static final Pattern TICK = Pattern
      .compile("<input type=\"checkbox\" name=\"([a-z_0-9]+)\" value=\"([^\"]*)\"");
  private static final Pattern PROBLEM = Pattern
      .compile("<(?:small|p) class=\"problem\"[^>]*>([^<]*)<");
  private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}.*[。？！]");

  @Test
  void everyFormSaysWhatIsWrongInTheReadersLanguageAndKeepsWhatWasTyped() throws Exception {
    Account account = furnished();
    var softly = new SoftAssertions();
    var filled = new ArrayList<String>();
    try (Browsing admin = signedIn(operator(OperatorRole.ADMIN));
        Browsing owner = signedIn(member(account.tenant(), MemberRole.OWNER))) {
      for (Browsing browsing : List.of(admin, owner)) {
        browsing.post("/preferences", "/", with(browsing.token(), Map.of("language", "zh-CN")));
      }
      places.put("{person}", people.members(account.tenant()).getFirst().person().id().toString());
      for (PageAccess row : PageTable.ROWS) {
        if (row.endpoint().startsWith("POST ")
            && PageTable.of("GET " + row.endpoint().substring(5)).isPresent()) {
          Browsing browsing = row.operators().contains(OperatorRole.ADMIN) ? admin : owner;
          if (sendsNonsense(browsing, address(row), softly)) {
            filled.add(row.endpoint());
          }
        }
      }
    }
    softly.assertAll();
    assertThat(filled).hasSizeGreaterThan(15).contains("POST /console/tenants/{tenant}/top-up",
        "POST /console/invoices/{invoice}/credit", "POST /portal/{tenant}/keys/new");
  }

  private String address(PageAccess row) {
    String address = row.endpoint().substring(5);
    for (Map.Entry<String, String> place : places.entrySet()) {
      address = address.replace(place.getKey(), place.getValue());
    }
    return address;
  }

  /** False if there is nothing to type. */
  private static boolean sendsNonsense(Browsing browsing, String address, SoftAssertions softly)
      throws Exception {
    HttpResponse<String> shown = browsing.get(address);
    List<String> fields = FIELD.matcher(shown.body()).results().map(found -> found.group(1)).toList();
    if (shown.statusCode() != 200 || fields.isEmpty()) {
      return false;
    }
    var typed = new HashMap<String, String>();
    for (Pattern chosen : List.of(CHOICE, TICK)) {
      chosen.matcher(shown.body()).results().forEach(found -> typed.put(found.group(1), found.group(2)));
    }
    fields.forEach(field -> typed.put(field, TYPED));
    HttpResponse<String> answer = browsing.send(address, typed);
    softly.assertThat(answer.statusCode()).as(address).isEqualTo(422);
    softly.assertThat(Pattern.compile(TYPED).matcher(answer.body()).results().count())
        .as("fields that keep what was typed into %s", address).isEqualTo(fields.size());
    softly.assertThat(PROBLEM.matcher(answer.body()).results().map((MatchResult found) -> found.group(1)))
        .as("what is said about %s", address).isNotEmpty()
        .allSatisfy(said -> assertThat(said).containsPattern(CHINESE));
    softly.assertThat(answer.body()).as("beside a field of %s", address).contains("aria-invalid=\"true\"");
    return true;
  }

  private static Map<String, String> with(Map<String, String> one, Map<String, String> other) {
    var both = new HashMap<>(one);
    both.putAll(other);
    return both;
  }
}
