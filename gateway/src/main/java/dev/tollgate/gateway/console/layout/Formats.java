package dev.tollgate.gateway.console.layout;

import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Numbers, money and times in the reader's locale. Times are in one zone and name it: that of the tenant's billing months in
 * the portal, UTC in the console (ADR 29). Nothing here is read back.
 */
public final class Formats {

  private static final int PICO_DIGITS = 12;
  private static final int MILLI_DIGITS = 3;
  private static final int MOST_DIGITS = 6;

  private static final Pattern WHOLE = Pattern.compile("\\d{1,18}");
  private static final Pattern INSTANT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
  private static final Pattern MONTHS = Pattern.compile("\\d{4}-\\d\\d(, \\d{4}-\\d\\d)*");

  private final Locale locale;
  private final ZoneId zone;

  /** For a reader whose times are in UTC. */
  public Formats(Locale locale) {
    this(locale, ZoneOffset.UTC);
  }

  public Formats(Locale locale, ZoneId zone) {
    this.locale = locale;
    this.zone = zone;
  }

  /** The zone that times are in, by name. */
  public String zone() {
    return zone.normalized().equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }

  public String number(long value) {
    return NumberFormat.getIntegerInstance(locale).format(value);
  }

  /** In thousandths, without what is after the point. */
  public String thousandths(long value) {
    return number(value / 1_000);
  }

  /** A large number in a few characters, such as 1.2M. */
  public String brief(long value) {
    NumberFormat format = NumberFormat.getCompactNumberInstance(locale, NumberFormat.Style.SHORT);
    format.setMaximumFractionDigits(1);
    return format.format(value);
  }

  /** With as many digits as it takes to see small amounts, at most six; exact amounts stand in exports. */
  public String money(Money money) {
    return decimal(money.currency(), new BigDecimal(money.pico(), PICO_DIGITS), MOST_DIGITS);
  }

  public String sum(Money one, Money other) {
    return pico(one.currency(), one.pico().add(other.pico()));
  }

  public String amount(String currency, long pico) {
    return pico(currency, BigInteger.valueOf(pico));
  }

  public String pico(String currency, BigInteger pico) {
    return money(new Money(currency, pico));
  }

  /** The price of a million tokens, from pico-units for one. */
  public String perMillion(String currency, long picoPerToken) {
    return pico(currency, BigInteger.valueOf(picoPerToken).multiply(BigInteger.valueOf(1_000_000)));
  }

  /** Of a sum that is read at a glance: rounded to the smallest coin. */
  public String rounded(String currency, BigInteger pico) {
    return decimal(currency, new BigDecimal(pico, PICO_DIGITS), 0);
  }

  /** Of a document, in the smallest coin of its currency. */
  public String document(String currency, long coins, int minorDigits) {
    return decimal(currency, BigDecimal.valueOf(coins, minorDigits), minorDigits);
  }

  /** The same, by the currency's usual number of decimals. */
  public String coinsOf(String currency, long coins) {
    return document(currency, coins, Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits()));
  }

  /** An amount of the ledger: money, tokens, requests, or thousandths of pack tokens. */
  public String unit(String unit, BigInteger amount) {
    return switch (unit) {
      case "TOKEN", "REQUEST" -> NumberFormat.getIntegerInstance(locale).format(amount);
      case "PACK" -> decimals(new BigDecimal(amount, MILLI_DIGITS), 0, MILLI_DIGITS);
      default -> pico(unit, amount);
    };
  }

  /** An amount whose currency is not known, in 10⁻¹² of it. */
  public String units(BigInteger pico) {
    return decimals(new BigDecimal(pico, PICO_DIGITS), 0, PICO_DIGITS);
  }

  /** Hundredths of a percent. */
  public String basisPoints(int basisPoints) {
    return percent(BigDecimal.valueOf(basisPoints, 4), 2);
  }

  /** A share of a whole in thousandths of it. */
  public String permille(long permille) {
    return percent(BigDecimal.valueOf(permille, 3), 1);
  }

  /** A share of a whole in millionths of it. */
  public String ppm(long ppm) {
    return percent(BigDecimal.valueOf(ppm, 6), 4);
  }

  /** A count of thousandths with up to three digits after the point. */
  public String milli(long value) {
    return decimals(BigDecimal.valueOf(value, MILLI_DIGITS), 0, MILLI_DIGITS);
  }

  public String weekday(DayOfWeek day) {
    return day.getDisplayName(TextStyle.FULL, locale);
  }

  /** A minute of the day, up to 24:00. */
  public String minute(int minute) {
    return "%02d:%02d".formatted(minute / 60, minute % 60);
  }

  /** The code of the message that names whose spending a budget caps. */
  public String subject(Budgets.Budget budget) {
    return switch (budget.subject()) {
      case Budgets.Subject.OfTenant() -> "balance.of-tenant";
      case Budgets.Subject.OfProject _ -> "balance.of-project";
      case Budgets.Subject.OfKey _ -> "balance.of-key";
    };
  }

  public String date(@Nullable Instant at) {
    return at == null ? "" : day(LocalDate.ofInstant(at, zone));
  }

  /** The date as programs read it. */
  public String isoDate(Instant at) {
    return LocalDate.ofInstant(at, zone).toString();
  }

  /** The instant as programs read it, to the second. */
  public String iso(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  public String day(LocalDate day) {
    return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM).withLocale(locale).format(day);
  }

  public String month(YearMonth month) {
    return DateTimeFormatter.ofPattern(locale.getLanguage().equals("zh") ? "y年M月" : "MMMM y", locale)
        .format(month);
  }

  /** A value that stands in a sentence: a number, months or an instant as the reader writes them, else as it stands. */
  public String value(String text) {
    if (WHOLE.matcher(text).matches()) {
      return number(Long.parseLong(text));
    }
    if (MONTHS.matcher(text).matches()) {
      return Arrays.stream(text.split(", ", -1)).map(each -> month(YearMonth.parse(each)))
          .collect(Collectors.joining(locale.getLanguage().equals("zh") ? "、" : ", "));
    }
    return INSTANT.matcher(text).matches() ? moment(Instant.parse(text)) : text;
  }

  /** What a message with places for values is given. */
  public Object[] values(List<String> texts) {
    return texts.stream().map(this::value).toArray();
  }

  /** To the minute, with how far the zone is from UTC then. */
  public String moment(@Nullable Instant at) {
    return at == null ? ""
        : DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT).withLocale(locale)
            .format(at.atZone(zone)) + " " + offset(zone.getRules().getOffset(at));
  }

  private static String offset(ZoneOffset offset) {
    return "UTC"
        + (offset.getTotalSeconds() == 0 ? "" : offset.getId().replaceFirst("^([+-])0?(\\d+):00$", "$1$2"));
  }

  private String decimal(String currency, BigDecimal amount, int mostDigits) {
    Currency known = Currency.getInstance(currency);
    int least = Math.max(0, known.getDefaultFractionDigits());
    NumberFormat format = NumberFormat.getCurrencyInstance(locale);
    format.setCurrency(known);
    format.setRoundingMode(RoundingMode.HALF_EVEN);
    format.setMinimumFractionDigits(least);
    format.setMaximumFractionDigits(Math.max(least, mostDigits));
    return format.format(amount);
  }

  private String percent(BigDecimal share, int most) {
    NumberFormat format = NumberFormat.getPercentInstance(locale);
    format.setMaximumFractionDigits(most);
    return format.format(share);
  }

  private String decimals(BigDecimal value, int least, int most) {
    NumberFormat format = NumberFormat.getNumberInstance(locale);
    format.setMinimumFractionDigits(least);
    format.setMaximumFractionDigits(most);
    return format.format(value);
  }
}
