package dev.tollgate.gateway.console.portal;

import dev.tollgate.billing.UsageDays;
import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.billing.UsageDays.Row;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.figures.Span;
import dev.tollgate.gateway.console.figures.Sum;
import dev.tollgate.gateway.console.layout.Chart;
import dev.tollgate.gateway.console.layout.Formats;
import dev.tollgate.gateway.console.layout.TenantZone;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.gateway.console.tables.Table;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What a tenant used and what it cost, by day, model, key or project. */
@PageController
class UsagePages {

  private static final int PICO_DIGITS = 12;

  private final UsageDays days;
  private final TenantZone zones;
  private final Projects projects;
  private final ApiKeys keys;
  private final Clock clock;

  UsagePages(UsageDays days, TenantZone zones, Projects projects, ApiKeys keys, Clock clock) {
    this.days = days;
    this.zones = zones;
    this.projects = projects;
    this.keys = keys;
    this.clock = clock;
  }

  /** One line of the table. */
  public record Line(String id, String name, Sum sum, String currency) {}

  @GetMapping("/portal/{tenant}/usage")
  String usage(Tenant tenant, @RequestParam(defaultValue = "") String from,
      @RequestParam(defaultValue = "") String until, @RequestParam(defaultValue = "model") String by,
      Locale locale, HttpServletRequest request, Model model) {
    Span span = Span.asked(from, until, today(tenant));
    By apart = apart(by);
    List<Row> rows = days.between(tenant.id(), span.from(), span.until(), EnumSet.noneOf(By.class));
    model.addAttribute("span", span);
    model.addAttribute("by", apart.name().toLowerCase(Locale.ROOT));
    model.addAttribute("lines", lines(tenant, span, apart, request));
    if (!rows.isEmpty()) {
      describe(rows, span, new Formats(locale), model);
    }
    return "portal/usage";
  }

  /** What was used in one currency. */
  public record Cost(String currency, Sum sum, Chart chart) {}

  /** Money for each currency by itself; requests and tokens, which are alike in all, together. */
  private static void describe(List<Row> rows, Span span, Formats formats, Model model) {
    var byCurrency = rows.stream().collect(
        Collectors.groupingBy(row -> row.amount().currency(), TreeMap::new, Collectors.toList()));
    model.addAttribute("costs", byCurrency.entrySet().stream().map(each -> {
      String currency = each.getKey();
      return new Cost(currency, Sum.of(each.getValue()),
          Chart.of("cost", span.from(), span.until(),
              perDay(each.getValue(), sum -> new BigDecimal(sum.pico(), PICO_DIGITS)), formats,
              value -> formats.pico(currency, value.movePointRight(PICO_DIGITS).toBigIntegerExact())));
    }).toList());
    model.addAttribute("all", Sum.of(rows));
    model.addAttribute("tokens",
        Chart.of("tokens", span.from(), span.until(), perDay(rows, sum -> BigDecimal.valueOf(sum.tokens())),
            formats, value -> formats.number(value.longValueExact())));
  }

  /** By day, project, key and model, with exact amounts. */
  @GetMapping("/portal/{tenant}/usage/csv")
  void csv(Tenant tenant, @RequestParam(defaultValue = "") String from,
      @RequestParam(defaultValue = "") String until, HttpServletResponse response) throws IOException {
    Span span = Span.asked(from, until, today(tenant));
    List<Row> rows = days.between(tenant.id(), span.from(), span.until(),
        EnumSet.of(By.PROJECT, By.KEY, By.MODEL));
    response.setContentType("text/csv;charset=UTF-8");
    response.setHeader(HttpHeaders.CONTENT_DISPOSITION, ContentDisposition.attachment()
        .filename("usage-" + span.from() + "-" + span.last() + ".csv").build().toString());
    var out = new PrintWriter(response.getOutputStream(), false, StandardCharsets.UTF_8);
    out.print("day,project,key,model,requests,failed_requests,input_tokens,cached_input_tokens,output_tokens,"
        + "free_tokens,pack_tokens,currency,amount\r\n");
    rows.forEach(row -> out.print(written(row)));
    out.flush();
  }

  private static String written(Row row) {
    BigInteger pico = row.amount().pico();
    return String.join(",", row.day().toString(), String.valueOf(row.subject().project()),
        String.valueOf(row.subject().key()), quoted(String.valueOf(row.subject().model())),
        Long.toString(row.requests()), Long.toString(row.failedRequests()),
        Long.toString(row.usage().inputTokens()), Long.toString(row.usage().cachedInputTokens()),
        Long.toString(row.usage().outputTokens()), Long.toString(row.freeTokens()),
        BigDecimal.valueOf(row.packMillitokens(), 3).toPlainString(), row.amount().currency(),
        new BigDecimal(pico, PICO_DIGITS).toPlainString()) + "\r\n";
  }

  /** A name may hold commas and quotes; one that a spreadsheet would take for a formula begins with an apostrophe. */
  private static String quoted(String text) {
    String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    return '"' + safe.replace("\"", "\"\"") + '"';
  }

  private Table<Line> lines(Tenant tenant, Span span, By apart, HttpServletRequest request) {
    Asked<UsageDays.Order> asked = Asked.of(request, UsageDays.Order.AMOUNT, true);
    return asked.table(
        days.totals(tenant.id(), null, span.from(), span.until(), apart, asked.slice()).stream()
            .map(total -> new Line(total.id(), name(tenant, total.subject()), Sum.of(total),
                total.amount().currency()))
            .toList(),
        Line::id);
  }

  private String name(Tenant tenant, UsageDays.Subject subject) {
    ApiKeyId key = subject.key();
    ProjectId project = subject.project();
    if (key != null) {
      return keys.find(tenant.id(), key).map(ApiKeys.ApiKey::name).orElseGet(key::toString);
    }
    return project == null ? String.valueOf(subject.model())
        : projects.find(tenant.id(), project).map(Project::name).orElseGet(project::toString);
  }

  private static Map<LocalDate, BigDecimal> perDay(List<Row> rows, Function<Sum, BigDecimal> value) {
    return rows.stream()
        .collect(Collectors.groupingBy(Row::day, TreeMap::new,
            Collectors.collectingAndThen(Collectors.toList(), each -> value.apply(Sum.of(each)))));
  }

  private static By apart(String by) {
    return switch (by) {
      case "key" -> By.KEY;
      case "project" -> By.PROJECT;
      default -> By.MODEL;
    };
  }

  private LocalDate today(Tenant tenant) {
    return LocalDate.ofInstant(clock.instant(), zones.of(tenant.id()));
  }
}
