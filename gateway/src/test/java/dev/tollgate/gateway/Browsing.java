package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody with a browser that keeps cookies and follows nothing by itself. */
final class Browsing implements AutoCloseable {

  private static final Pattern HIDDEN = Pattern
      .compile("name=\"(_csrf|form_id|secret)\" value=\"([^\"]*)\"");

  private final String base;
  private Map<String, String> token = Map.of();
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .cookieHandler(new CookieManager()).build();

  Browsing(int port) {
    this.base = "http://localhost:" + port;
  }

  HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).header("Accept-Language", "en");
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** Opens the page with the form first, as people do. */
  HttpResponse<String> send(String path, Map<String, String> typed) throws IOException, InterruptedException {
    return post(path, path, hidden(path, typed));
  }

  /** What a form on a page sends: what it hides, and what was typed. */
  Map<String, String> hidden(String page, Map<String, String> typed)
      throws IOException, InterruptedException {
    HttpResponse<String> shown = get(page);
    assertThat(shown.statusCode()).as(page).isEqualTo(200);
    var fields = new LinkedHashMap<String, String>();
    Matcher found = HIDDEN.matcher(shown.body());
    while (found.find()) {
      fields.putIfAbsent(found.group(1), found.group(2));
    }
    fields.putAll(typed);
    return fields;
  }

  /** The token that every form of this browser sends, as the page of signing in or the person's own page shows it. */
  Map<String, String> token() throws IOException, InterruptedException {
    if (token.isEmpty()) {
      token = Map.of("_csrf", hidden(get("/account").statusCode() == 200 ? "/account" : "/sign-in", Map.of())
          .getOrDefault("_csrf", ""));
    }
    return token;
  }

  HttpResponse<String> post(String path, String referer, Map<String, String> fields)
      throws IOException, InterruptedException {
    String body = fields.entrySet().stream()
        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
        .reduce((one, other) -> one + "&" + other).orElse("");
    return client.send(HttpRequest.newBuilder(uri(path)).header("Accept-Language", "en")
        .header("Content-Type", "application/x-www-form-urlencoded").header("Referer", base + referer)
        .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  /** The path that an answer leads to. */
  static String location(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isIn(302, 303);
    URI to = URI.create(response.headers().firstValue("Location").orElseThrow());
    return to.getRawPath() + (to.getRawQuery() == null ? "" : "?" + to.getRawQuery());
  }

  private URI uri(String path) {
    return URI.create(base + path);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }
}
