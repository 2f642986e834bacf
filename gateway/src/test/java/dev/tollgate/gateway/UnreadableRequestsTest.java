package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.OperatorRole;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Addresses and forms that cannot be read, at every door: the sender's mistake, told in the door's manner, and no fault of ours. */
@ExtendWith(OutputCaptureExtension.class)
class UnreadableRequestsTest extends ManagementTest {

  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String MANY = String.join("&", Collections.nCopies(1_001, "a"));

  private String token = "";
  private Account account;

  @BeforeEach
  void prepare() {
    token = operator(OperatorRole.ADMIN);
    account = account(USD);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      GET  | /sign-in?next=                     | text/html                | cannot be read
      POST | /sign-in?next=                     | text/html                | cannot be read
      GET  | /console/tenants?search=           | text/html                | cannot be read
      GET  | /portal/x/usage?from=              | text/html                | cannot be read
      GET  | /assets/app.css?v=                 | text/html                | cannot be read
      GET  | /api/v1/tenants?search=            | application/problem+json | unreadable-parameters
      POST | /api/v1/tenants?a=                 | application/problem+json | unreadable-parameters
      GET  | /api/v1/openapi.json?a=            | application/problem+json | unreadable-parameters
      GET  | /v1/usage?from=                    | application/json         | invalid_request_error
      POST | /v1/chat/completions?a=            | application/json         | invalid_request_error
      GET  | /actuator/health?a=                | application/json         | invalid_request_error
      """)
  void whatStandsInAnAddressIsRefusedWithoutAFault(String method, String path, String type, String said,
      CapturedOutput output) throws Exception {
    for (String value : new String[]{"%zz", "%", "%FF", "%C0%80", "1&" + MANY}) {
      Answer answer = sent(method, path + value, "application/json", method.equals("POST") ? "{}" : "");
      assertThat(answer.status()).as(path + value + ": " + answer.body()).isEqualTo(400);
      assertThat(answer.head()).contains("Content-Type: " + type, "x-request-id: ");
      assertThat(answer.body()).contains(said).doesNotContain("Exception");
      if (method.equals("GET")) {
        Answer typed = sent(method, path + value, FORM, "a=b");
        assertThat(typed.status()).as("with a form's type: " + path + value + ": " + typed.body())
            .isEqualTo(400);
        assertThat(typed.body()).contains(said).doesNotContain("Exception");
      }
    }
    assertThat(told(output)).doesNotContain(" ERROR ").doesNotContain("\tat ");
  }

  /** The database does not hold it, so that nothing can be found by it. */
  @ParameterizedTest
  @CsvSource({"/sign-in?next=%00", "/console/tenants?search=a%00", "/api/v1/tenants?search=%00",
      "/api/v1/tenants?sort=%00", "/api/v1/invoices?state=%EF%BF%BF", "/v1/usage?from=%00",
      "/v1/usage?%00=1"})
  void noCharacterIsSoughtThatNothingCanHave(String path) throws Exception {
    assertThat(sent("GET", path, "", "").status()).isEqualTo(400);
  }

  @Test
  void formsThatCannotBeReadAreRefusedToo(CapturedOutput output) throws Exception {
    for (String form : new String[]{"email=%zz", "email=%FF", "email=%", MANY}) {
      for (String path : new String[]{"/sign-in", "/console/tenants/new", "/account/password"}) {
        Answer answer = sent("POST", path, FORM, form);
        assertThat(answer.status()).as(path + " " + form).isEqualTo(400);
        assertThat(answer.body()).contains("cannot be read");
      }
    }
    assertThat(sent("POST", "/api/v1/tenants", FORM, "name=%zz").status()).isEqualTo(415);
    assertThat(sent("PUT", "/api/v1/tenants", FORM, "name=%zz").status()).isEqualTo(405);
    assertThat(sent("POST", "/v1/chat/completions", FORM, "model=%zz").status()).isEqualTo(415);
    for (String path : new String[]{"/api/v1/tenants", "/v1/chat/completions"}) {
      assertThat(sent("POST", path, "multipart/form-data; boundary=b", "no part").status()).isEqualTo(415);
    }
    assertThat(sent("POST", "/sign-in", "multipart/form-data; boundary=b", "no part").status())
        .isEqualTo(303);
    assertThat(told(output)).doesNotContain(" ERROR ").doesNotContain("\tat ");
  }

  @Test
  void anAddressThatNobodyCanHaveSignsNobodyIn(CapturedOutput output) throws Exception {
    try (var browsing = new Browsing(port)) {
      HttpResponse<String> answer = browsing.send("/sign-in",
          Map.of("email", "a\u0000@example.com", "password", "x"));
      assertThat(answer.statusCode()).isEqualTo(422);
    }
    assertThat(told(output)).doesNotContain(" ERROR ");
  }

  @ParameterizedTest
  @CsvSource({"from=%2B300000-01-01", "until=%2B1000000000-12-31", "from=-0001-01-01", "from=1969-12-31",
      "until=9999-01-01", "until=%2B300000-01-01T00:00:00Z"})
  void usageIsOfTimesThatCanBeStored(String query) throws Exception {
    HttpResponse<String> answer = get(account.secret(), "/v1/usage?" + query);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("a date such as");
  }

  @Test
  void aCursorThatWasMadeUpIsNotOfATimeThatCannotBeStored() throws Exception {
    String list = "/tenants/" + account.tenant() + "/usage";
    String position = "/api/v1" + list + "\n+300000-01-01T00:00:00Z " + account.project().id() + " "
        + account.key() + " USD m";
    String cursor = Base64.getUrlEncoder().withoutPadding()
        .encodeToString(position.getBytes(StandardCharsets.UTF_8));
    assertThat(
        body(call(token, "GET", list + "?from=2026-01-01&until=2026-01-02&cursor=" + cursor, null), 422)
            .at("/errors/0/field").stringValue())
        .isEqualTo("cursor");
  }

  private record Answer(int status, String head, String body) {}

  /** Over a socket: clients of today send nothing of the kind. */
  private Answer sent(String method, String path, String type, String body) throws IOException {
    String bearer = path.startsWith("/api/") ? token : path.startsWith("/v1/") ? account.secret() : "";
    String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + "Accept: text/html, */*;q=0.8\r\n"
        + (bearer.isEmpty() ? "" : "Authorization: Bearer " + bearer + "\r\n")
        + (body.isEmpty() ? "" : "Content-Type: " + type + "\r\nContent-Length: " + body.length() + "\r\n")
        + "\r\n" + body;
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      return new Answer(Integer.parseInt(answer.substring(9, 12)), answer.substring(0, end),
          answer.substring(end));
    }
  }

  /** The look for a Docker engine is told where this class is the first to need a database. */
  private static String told(CapturedOutput output) {
    return output.toString().lines().filter(line -> !line.contains("DockerClientProviderStrategy"))
        .collect(Collectors.joining("\n"));
  }
}
