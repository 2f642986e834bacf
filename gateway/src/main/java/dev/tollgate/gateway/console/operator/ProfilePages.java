package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.BillingProfiles.Issuer;
import dev.tollgate.billing.BillingProfiles.Profile;
import dev.tollgate.billing.BillingProfiles.Recording;
import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Party;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Field.Option;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Names, addresses and taxes as they are printed on documents: the operator's own, and a tenant's. */
@PageController
class ProfilePages {

  private static final List<Option> TAXES = Arrays.stream(TaxKind.values())
      .map(kind -> Option.named(kind.name())).toList();

  private static final Map<String, String> FIELDS = Map.of("postalCode", "postal_code", "taxId", "tax_id",
      "paymentDays", "payment_days", "numberPrefix", "number_prefix", "tax.kind", "tax_kind",
      "tax.basisPoints", "tax_basis_points", "tax.note", "tax_note");

  private final BillingProfiles profiles;

  ProfilePages(BillingProfiles profiles) {
    this.profiles = profiles;
  }

  @GetMapping("/console/settings/issuer")
  String issuer(Model model) {
    model.addAttribute("form", issuerPage().empty());
    return Form.VIEW;
  }

  @PostMapping("/console/settings/issuer")
  String issuer(HttpServletRequest request, PageChange change) {
    Form form = Form.read(issuerPage(), request);
    Party party = party(form, true);
    ZoneId zone = zone(form);
    String prefix = form.text("number_prefix").toUpperCase(Locale.ROOT);
    form.check();
    Issuer before = profiles.issuer(BillingProfiles.MAIN_ISSUER).orElse(null);
    var issuer = new Issuer(BillingProfiles.MAIN_ISSUER, party, zone, prefix);
    recorded(form, profiles.issue(issuer));
    change.record("issuer.set", BillingProfiles.MAIN_ISSUER, before, issuer);
    return "redirect:/console/settings?done=saved";
  }

  @GetMapping("/console/tenants/{tenant}/profile")
  String profile(Tenant tenant, Model model) {
    model.addAttribute("form", profilePage(tenant).empty());
    return Form.VIEW;
  }

  @PostMapping("/console/tenants/{tenant}/profile")
  String profile(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(profilePage(tenant), request);
    Party party = party(form, false);
    TaxKind kind = TaxKind.valueOf(form.choice("tax_kind"));
    Long basisPoints = form.number("tax_basis_points");
    String note = form.text("tax_note");
    Long days = form.number("payment_days");
    form.check();
    Profile before = profiles.of(tenant.id()).orElse(null);
    var tax = new TaxRule(kind,
        kind == TaxKind.STANDARD
            ? Math.toIntExact(Math.min(10_000, Objects.requireNonNullElse(basisPoints, 0L)))
            : 0,
        kind == TaxKind.STANDARD ? null
            : note.isEmpty() && kind == TaxKind.REVERSE_CHARGE ? TaxRule.REVERSE_CHARGE_NOTE : note);
    var profile = new Profile(BillingProfiles.MAIN_ISSUER, party, tax,
        Math.toIntExact(Math.min(1_000, Objects.requireNonNullElse(days, 14L))));
    recorded(form, profiles.record(tenant.id(), profile));
    change.record("billing-profile.set", tenant.id(), before, profile);
    return "redirect:/console/tenants/" + tenant.id() + "?done=saved";
  }

  private static void recorded(Form form, Recording recording) {
    if (recording instanceof Recording.Refused(String field, String rule)) {
      throw form.rejected(FIELDS.getOrDefault(field, field), rule);
    }
  }

  private static Party party(Form form, boolean issuer) {
    return new Party(form.text("name"), form.text("street"), form.text("street_2"), form.text("postal_code"),
        form.text("city"), form.text("country").toUpperCase(Locale.ROOT), orNull(form.text("tax_id")),
        orNull(form.text("registration")), form.text("email"), issuer ? orNull(form.text("iban")) : null,
        issuer ? orNull(form.text("bic")) : null);
  }

  private FormPage issuerPage() {
    Optional<Issuer> present = profiles.issuer(BillingProfiles.MAIN_ISSUER);
    var fields = new ArrayList<>(fields(present.map(Issuer::party).orElse(null)));
    fields.add(Field.optional("iban", Kind.TEXT).with(text(present.map(Issuer::party).map(Party::iban))));
    fields.add(Field.optional("bic", Kind.TEXT).with(text(present.map(Issuer::party).map(Party::bic))));
    fields.add(Field.required("zone", Kind.TEXT).with(present.map(one -> one.zone().getId()).orElse("UTC")));
    fields.add(Field.optional("number_prefix", Kind.TEXT).with(text(present.map(Issuer::numberPrefix))));
    return new FormPage("issuer", "/console/settings/issuer", "/console/settings", null, fields, false);
  }

  private FormPage profilePage(Tenant tenant) {
    Optional<Profile> present = profiles.of(tenant.id());
    String path = "/console/tenants/" + tenant.id();
    var fields = new ArrayList<>(fields(present.map(Profile::party).orElse(null)));
    fields.add(Field.choice("tax_kind", TAXES)
        .with(present.map(one -> one.tax().kind().name()).orElse(TaxKind.STANDARD.name())));
    fields.add(Field.optional("tax_basis_points", Kind.NUMBER)
        .with(present.map(one -> Integer.toString(one.tax().basisPoints())).orElse("")));
    fields
        .add(Field.optional("tax_note", Kind.TEXT).with(text(present.map(Profile::tax).map(TaxRule::note))));
    fields.add(Field.required("payment_days", Kind.NUMBER)
        .with(present.map(one -> Integer.toString(one.paymentDays())).orElse("14")));
    return new FormPage("profile", path + "/profile", path, tenant.name(), fields, false);
  }

  private static List<Field> fields(@Nullable Party party) {
    Optional<Party> present = Optional.ofNullable(party);
    return List.of(Field.required("name", Kind.TEXT).with(text(present.map(Party::name))),
        Field.required("street", Kind.TEXT).with(text(present.map(Party::street))),
        Field.optional("street_2", Kind.TEXT).with(text(present.map(Party::street2))),
        Field.required("postal_code", Kind.TEXT).with(text(present.map(Party::postalCode))),
        Field.required("city", Kind.TEXT).with(text(present.map(Party::city))),
        Field.required("country", Kind.TEXT).with(text(present.map(Party::country))),
        Field.optional("tax_id", Kind.TEXT).with(text(present.map(Party::taxId))),
        Field.optional("registration", Kind.TEXT).with(text(present.map(Party::registration))),
        Field.required("email", Kind.EMAIL).with(text(present.map(Party::email))));
  }

  private static ZoneId zone(Form form) {
    try {
      return ZoneId.of(form.text("zone"));
    } catch (DateTimeException e) {
      form.refuse("zone", "zone", "must be a time zone such as Europe/Zurich or UTC");
      return ZoneOffset.UTC;
    }
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static String text(Optional<String> value) {
    return value.orElse("");
  }
}
