package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.Offerings;
import dev.tollgate.billing.PriceEffects;
import dev.tollgate.billing.PriceEffects.Effect;
import dev.tollgate.billing.Prices;
import dev.tollgate.billing.Prices.Filter;
import dev.tollgate.billing.Prices.NewPrice;
import dev.tollgate.billing.Prices.Price;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Field.Option;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** The price book: versions past, in force and planned; plans and packs beside it. */
@PageController
class PricePages {

  private static final int PAGE = 50;
  private static final long TOKENS = 1_000_000;
  private static final List<Option> CLASSES = Arrays.stream(TokenClass.values())
      .map(each -> Option.named(each.name())).toList();

  private final Prices prices;
  private final Offerings offerings;
  private final PriceEffects effects;
  private final Tenants tenants;
  private final MessageSource messages;
  private final Clock clock;

  PricePages(Prices prices, Offerings offerings, PriceEffects effects, Tenants tenants,
      MessageSource messages, Clock clock) {
    this.prices = prices;
    this.offerings = offerings;
    this.effects = effects;
    this.tenants = tenants;
    this.messages = messages;
    this.clock = clock;
  }

  /** A price with whether it is past, in force or planned. */
  public record Version(Price price, String state) {}

  @GetMapping("/console/prices")
  String list(HttpServletRequest request, Model view) {
    var all = new Filter(null, null, null, null);
    Instant now = clock.instant();
    Asked<Prices.Order> asked = Asked.of(request, Prices.Order.PLANNED, true);
    view.addAttribute("prices", asked.table(prices.list(all, asked.slice()).stream()
        .map(price -> new Version(price, state(price, now))).toList(), version -> version.price().id()));
    Asked<Prices.BandOrder> askedBands = Asked.of(request, "bands", Prices.BandOrder.WEEKDAY, false);
    view.addAttribute("bands", askedBands.table(prices.bands(all, askedBands.slice()), Prices.Band::id));
    view.addAttribute("plans", offerings.plans());
    view.addAttribute("offers", offerings.packOffers(null, PAGE));
    return "console/prices";
  }

  @GetMapping("/console/prices/new")
  String plan(Model model) {
    model.addAttribute("form", planning().empty());
    return Form.VIEW;
  }

  @PostMapping("/console/prices/new")
  String plan(HttpServletRequest request, PageChange change) {
    Form form = Form.read(planning(), request);
    String model = form.text("model");
    String region = form.text("region");
    TokenClass tokens = TokenClass.valueOf(form.choice("token_class"));
    String currency = form.choice("currency");
    long perMillion = form.given(form.pico("per_million"));
    if (perMillion % TOKENS != 0) {
      throw form.rejected("per_million", "must be a multiple of 0.000001 of the currency");
    }
    Price price = form.decided(prices.plan(
        new NewPrice(model, region, tokens, currency, perMillion / TOKENS, form.given(form.moment("from")))),
        Map.of("price", "per_million", "tokenClass", "token_class"));
    change.record("price.plan", price.id(), null, price);
    return "redirect:/console/prices?done=saved";
  }

  /** What the version would have meant for last month's usage. */
  @GetMapping("/console/prices/{price}/preview")
  String preview(@PathVariable long price, Model model) {
    YearMonth month = YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC)).minusMonths(1);
    Effect effect = effects.of(price, month, PAGE).orElseThrow(PageException.NotFound::new);
    model.addAttribute("price", found(price));
    model.addAttribute("month", month);
    model.addAttribute("effect", effect);
    model.addAttribute("names", effect.greatest().stream().map(each -> tenants.find(each.tenant()))
        .flatMap(Optional::stream)
        .collect(Collectors.toMap(tenant -> tenant.id().toString(), Tenant::name)));
    return "console/price-preview";
  }

  @GetMapping("/console/prices/{price}/withdraw")
  String withdraw(@PathVariable long price, Locale locale, Model model) {
    model.addAttribute("form", withdrawal(found(price), locale).empty());
    return Form.VIEW;
  }

  @PostMapping("/console/prices/{price}/withdraw")
  String withdraw(@PathVariable long price, Locale locale, HttpServletRequest request, PageChange change) {
    Price before = found(price);
    Form form = Form.read(withdrawal(before, locale), request);
    form.decided(prices.withdraw(price), Map.of());
    change.record("price.withdraw", price, before, null);
    return "redirect:/console/prices?done=saved";
  }

  private FormPage planning() {
    return new FormPage("new-price", "/console/prices/new", "/console/prices", null,
        Field.required("model", Kind.TEXT).with("*"), Field.required("region", Kind.TEXT).with("*"),
        Field.choice("token_class", CLASSES),
        Field.choice("currency",
            prices.currencies().stream().sorted().map(code -> new Option(code, code)).toList()).with("USD"),
        Field.required("per_million", Kind.MONEY), Field.required("from", Kind.MOMENT));
  }

  private FormPage withdrawal(Price price, Locale locale) {
    return new FormPage("withdraw-price", "/console/prices/" + price.id() + "/withdraw", "/console/prices",
        Stream.of(named(price.model(), "prices.all-models", locale),
            named(price.region(), "prices.all-regions", locale),
            messages.getMessage("option." + price.tokenClass(), null, locale))
            .collect(Collectors.joining(" · ")))
        .taking();
  }

  private String named(String name, String all, Locale locale) {
    return name.equals("*") ? messages.getMessage(all, null, locale) : name;
  }

  private Price found(long price) {
    return prices.find(price).orElseThrow(PageException.NotFound::new);
  }

  private static String state(Price price, Instant now) {
    Instant from = price.from();
    Instant until = price.until();
    if (from != null && from.isAfter(now)) {
      return "planned";
    }
    return until != null && !until.isAfter(now) ? "past" : "in-force";
  }
}
