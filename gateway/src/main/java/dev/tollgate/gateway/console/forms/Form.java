package dev.tollgate.gateway.console.forms;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.billing.BilledMonth;
import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Money;
import dev.tollgate.gateway.api.Moments;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.tenants.BrokenRuleException;
import dev.tollgate.tenants.PlainText;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A form as it was sent: what was typed, and what is wrong with it. Reading a value notes what is wrong; {@link #check}
 * and a refusal of the modules below end the request, and the form is shown again with all that was typed.
 */
public final class Form {

  /** The view that shows a form. */
  public static final String VIEW = "form";
  /** The field under which every form says which one it is. */
  public static final String ID = "form_id";

  private static final int LONGEST = 1_000;
  private static final int PICO_DIGITS = 12;
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

  private final FormPage page;
  private final @Nullable HttpServletRequest request;
  private final Map<String, Problem> problems = new LinkedHashMap<>();

  /**
   * What is wrong with a field, or, under the empty name, with all of it.
   *
   * @param code of the message that says it
   * @param pattern of the message that says it with places for {@code values}, where the code has none
   * @param rule as the modules below say it, shown where there is no message at all
   */
  public record Problem(String code, String pattern, List<String> values, String rule) {

    /** What a module below says, told in the reader's language where there is a message for it. */
    public static Problem of(String rule) {
      Rule broken = Rule.of(rule);
      return new Problem(broken.code(), broken.pattern(), broken.values(), rule);
    }
  }

  Form(FormPage page, @Nullable HttpServletRequest request) {
    this.page = page;
    this.request = request;
  }

  public static Form read(FormPage page, HttpServletRequest request) {
    return new Form(page, request);
  }

  public FormPage page() {
    return page;
  }

  /** Which form this is: the same when it is shown again, another one each time it is shown anew. */
  public String id() {
    String sent = sent(ID);
    return sent.isEmpty() ? UuidCreator.getTimeOrderedEpoch().toString() : sent;
  }

  /** What a field shows. Passwords are not shown again. */
  public String shown(Field field) {
    if (request == null) {
      return field.value();
    }
    return field.kind() == Kind.PASSWORD ? "" : sent(field.name());
  }

  public boolean isChosen(Field field, String option) {
    return request == null ? List.of(field.value().split(",", -1)).contains(option)
        : values(field.name()).contains(option);
  }

  public @Nullable Problem problem(String field) {
    return problems.get(field);
  }

  public boolean hasProblems() {
    return !problems.isEmpty();
  }

  /** Stripped; empty if nothing was typed. */
  public String text(String name) {
    String value = sent(name).strip();
    if (value.isEmpty() && field(name).required()) {
      refuse(name, "missing", "must be given");
    } else if (value.length() > LONGEST) {
      refuse(name, "must have at most " + LONGEST + " characters");
      return "";
    } else if (!PlainText.isPlain(value)) {
      refuse(name, PlainText.RULE);
      return "";
    }
    return value;
  }

  /** As it was typed, blanks and all. */
  public String password(String name) {
    String value = sent(name);
    if (value.isEmpty() && field(name).required()) {
      refuse(name, "missing", "must be given");
    }
    return value;
  }

  /** A whole number; null if none was typed, or something else. Separators of thousands do no harm. */
  public @Nullable Long number(String name) {
    String value = text(name);
    Long number = value.isEmpty() ? null : Digits.whole(value);
    if (number == null && !value.isEmpty()) {
      refuse(name, "whole-number", "must be a whole number");
    }
    return number;
  }

  /** Money in 10⁻¹² of its currency; null if none was typed, or something else. */
  public @Nullable Long pico(String name) {
    BigInteger pico = pico(name, MOST);
    return pico == null ? null : pico.longValueExact();
  }

  /** Money of a document, or that was paid in, in 10⁻¹² of its currency; null if none was typed, or something else. */
  public @Nullable BigInteger largePico(String name) {
    return pico(name, Money.MOST_AT_ONCE);
  }

  private @Nullable BigInteger pico(String name, BigInteger most) {
    String value = text(name);
    if (value.isEmpty()) {
      return null;
    }
    BigDecimal amount = Digits.amount(value);
    if (amount == null) {
      refuse(name, "amount", "must be an amount such as 1250.00, with a point and without commas");
      return null;
    }
    BigInteger pico = amount.movePointRight(PICO_DIGITS).toBigIntegerExact();
    if (pico.compareTo(most) > 0) {
      refuse(name, "amount-too-large", "must be a smaller amount");
      return null;
    }
    return pico;
  }

  /** A moment in UTC; null if none was typed, or something else. */
  public @Nullable Instant moment(String name) {
    return moment(name, ZoneOffset.UTC);
  }

  /** A moment in a zone; where clocks leap over it, the one as far behind the leap. Null if none was typed, or something else. */
  public @Nullable Instant moment(String name, ZoneId zone) {
    String value = text(name);
    if (value.isEmpty()) {
      return null;
    }
    try {
      Instant moment = LocalDateTime.parse(value).atZone(zone).toInstant();
      if (Moments.isWithinBounds(moment)) {
        return moment;
      }
    } catch (DateTimeException e) {
      // Answered below, like a moment out of bounds.
    }
    refuse(name, "moment", "must be a date and a time");
    return null;
  }

  /** A month; null if none was typed, or something else. */
  public @Nullable YearMonth month(String name) {
    String value = text(name);
    try {
      return value.isEmpty() ? null : BilledMonth.parse(value);
    } catch (DateTimeException e) {
      refuse(name, "month", "must be a month such as 2026-11");
      return null;
    }
  }

  /** One of the field's options, the first where nothing or something else came. */
  public String choice(String name) {
    String value = sent(name);
    List<Field.Option> options = field(name).options();
    if (options.stream().noneMatch(option -> option.value().equals(value))) {
      refuse(name, "choice", "must be one of those to choose from");
      return options.isEmpty() ? "" : options.getFirst().value();
    }
    return value;
  }

  /** Those of the field's options that were chosen. */
  public Set<String> choices(String name) {
    Set<String> sent = values(name);
    return field(name).options().stream().map(Field.Option::value).filter(sent::contains)
        .collect(Collectors.toUnmodifiableSet());
  }

  public boolean isOn(String name) {
    return sent(name).equals("on");
  }

  /** Notes what is wrong with a field; only the first thing counts. */
  public void refuse(String field, String code, String rule) {
    problems.putIfAbsent(field, new Problem("problem." + code, "", List.of(), rule));
  }

  /** Notes which rule a field breaks; only the first one counts. */
  public void refuse(String field, String rule) {
    boolean known = page.fields().stream().anyMatch(each -> each.name().equals(field));
    problems.putIfAbsent(known ? field : "", Problem.of(rule));
  }

  /** Goes on only if nothing is wrong so far. */
  public void check() {
    if (hasProblems()) {
      throw new RejectedFormException(this);
    }
  }

  /** The value, where the form has no problem and so one was typed. */
  public <T> T given(@Nullable T value) {
    check();
    return Objects.requireNonNull(value, "a required value without a problem");
  }

  /** What billing decided, or the form again with its refusal beside the field that is at fault. */
  public <T> T decided(Decision<T> decision, Map<String, String> fields) {
    return switch (decision) {
      case Decision.Made<T>(T value) -> value;
      case Decision.Refused<T>(String field, String rule, boolean _) ->
        throw rejected(fields.getOrDefault(field, field), rule);
    };
  }

  /** What a module answers, or the form again with the rule beside the field that breaks it. */
  public <T> T kept(Supplier<T> call) {
    try {
      return call.get();
    } catch (BrokenRuleException e) {
      throw rejected(e.field(), e.rule());
    }
  }

  /** The form again, with a rule beside a field, or above all fields if the form has no such one. */
  public RejectedFormException rejected(String field, String rule) {
    refuse(field, rule);
    return new RejectedFormException(this);
  }

  private Field field(String name) {
    return page.fields().stream().filter(each -> each.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("The form has no field " + name));
  }

  private String sent(String name) {
    String value = request == null ? null : request.getParameter(name);
    return value == null ? "" : value;
  }

  private Set<String> values(String name) {
    String[] values = request == null ? null : request.getParameterValues(name);
    return values == null ? Set.of() : Set.copyOf(List.of(values));
  }
}
