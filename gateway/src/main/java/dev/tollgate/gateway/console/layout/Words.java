package dev.tollgate.gateway.console.layout;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.Subject;
import java.text.Collator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.NoSuchMessageException;
import tools.jackson.databind.JsonNode;

/**
 * Names, in the reader's language, of what is stored under a code. What operators name themselves, such as a plan of their
 * own, has no message and stands as it is.
 */
final class Words {

  /** Beyond a hyphen, ids of forms and orders; what comes last in them tells them apart best. */
  private static final Pattern MADE_HERE = Pattern.compile("(form|order)-[0-9a-f-]{28}([0-9a-f]{8})");
  private static final Pattern CHECK = Pattern.compile("(.+?)(?: of ([A-Z_]+) (\\d+))?");
  private static final Pattern ACTOR = Pattern.compile("([a-z]+) (.+)");
  private static final String BETWEEN = " · ";

  private final MessageSource messages;
  private final Formats formats;
  private final Locale locale;
  private final Changes changes;

  Words(MessageSource messages, Formats formats, Locale locale) {
    this.messages = messages;
    this.formats = formats;
    this.locale = locale;
    this.changes = new Changes(messages, formats, locale);
  }

  public String plan(String name) {
    return named("option." + name, name);
  }

  /** What was done, as the audit log calls it. */
  public String action(String action) {
    return named("audited." + action, action);
  }

  /** What a change of the audit log changed, field by field. */
  public List<Changes.Change> changes(@Nullable JsonNode before, @Nullable JsonNode after) {
    return changes.between(before, after);
  }

  /** Actions in the order of their names. */
  public List<String> sorted(Collection<String> actions) {
    return actions.stream().sorted(Comparator.comparing(this::action, Collator.getInstance(locale))).toList();
  }

  /** Who did something: the audit log has the role before the name, or no role. */
  public String actor(String actor) {
    Matcher matcher = ACTOR.matcher(actor);
    if (!matcher.matches()) {
      return actor;
    }
    String role = named("role." + matcher.group(1).toUpperCase(Locale.ROOT), "");
    return role.isEmpty() ? actor : matcher.group(2) + BETWEEN + role;
  }

  /** An account of the ledger. */
  public String account(String kind) {
    return named("account." + kind, kind);
  }

  /** Why something was posted. */
  public String reason(String reason) {
    return named("reason." + reason, reason);
  }

  /** What amounts are counted in: a currency stands for itself. */
  public String unit(String unit) {
    return named("unit." + unit, unit);
  }

  /** Which two sums were compared; of a single account, which one. */
  public String check(String check) {
    Matcher matcher = CHECK.matcher(check);
    if (!matcher.matches()) {
      return check;
    }
    String code = "check." + matcher.group(1).replaceAll("[^a-z]+", "-");
    return matcher.group(2) == null ? named(code, check)
        : named(code, check, account(matcher.group(2)), matcher.group(3));
  }

  /** A reference: those that pages gave are told in words and the end of their id. */
  public String reference(@Nullable String reference) {
    Matcher matcher = MADE_HERE.matcher(Objects.requireNonNullElse(reference, ""));
    return matcher.matches()
        ? named("reference." + matcher.group(1), matcher.group(), matcher.group(2))
        : Objects.requireNonNullElse(reference, "");
  }

  /** What a line of a document is about. */
  public String line(Line line) {
    Subject subject = line.subject();
    return subject == null ? named("line." + line.kind(), line.kind().name())
        : subject.model() + BETWEEN + named("option." + subject.tokenClass(), subject.tokenClass().name());
  }

  /** What else there is to say about a line; empty if nothing. */
  public String detail(Invoice invoice, Line line) {
    var details = new ArrayList<String>();
    Subject subject = line.subject();
    String described = Objects.requireNonNullElse(line.description(), "");
    if (subject == null) {
      details.add(reference(described));
    } else {
      details.add(subject.region());
      details.add(named("fund." + subject.fund(), "", reference(described)));
    }
    if (!line.serviceMonth().equals(invoice.month())) {
      details.add(named("line.late", "", formats.month(line.serviceMonth())));
    }
    return details.stream().filter(detail -> !detail.isEmpty()).collect(Collectors.joining(BETWEEN));
  }

  /** The browser and the system that a {@code User-Agent} names. */
  public String browser(String agent) {
    String named = Stream.of(Agents.browser(agent), Agents.system(agent)).filter(part -> !part.isEmpty())
        .collect(Collectors.joining(BETWEEN));
    return named.isEmpty() ? agent : named;
  }

  private String named(String code, String otherwise, Object... values) {
    try {
      return messages.getMessage(code, values, locale);
    } catch (NoSuchMessageException e) {
      return otherwise;
    }
  }
}
