package dev.tollgate.gateway.console.operator;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Field.Option;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.Invited;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.console.tables.Asked;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tokens.Holder;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** The operator's own people; and invitations, to them and to a tenant's first people. */
@PageController
class OperatorPages {

  private static final List<Option> ROLES = Arrays.stream(OperatorRole.values())
      .map(role -> Option.named(role.name())).toList();
  private static final List<Option> MEMBER_ROLES = Arrays.stream(MemberRole.values())
      .map(role -> Option.named(role.name())).toList();
  private static final String BASE = "/console/operators";
  private static final String DONE = "redirect:" + BASE + "?done=saved";

  private final People people;
  private final Invitations invitations;
  private final Invited invited;

  OperatorPages(People people, Invitations invitations, Invited invited) {
    this.people = people;
    this.invitations = invitations;
    this.invited = invited;
  }

  @GetMapping(BASE)
  String list(HttpServletRequest request, Model model) {
    Asked<People.Order> asked = Asked.of(request, People.Order.NAME, false);
    model.addAttribute("operators", asked.table(people.operators(asked.slice()), Person::id));
    model.addAttribute("invitations", invited.open(null, request));
    return "console/operators";
  }

  @GetMapping(BASE + "/invite")
  String invite(Model model) {
    model.addAttribute("form", invitation().empty());
    return Form.VIEW;
  }

  @PostMapping(BASE + "/invite")
  String invite(HttpServletRequest request, PageChange change) {
    Form form = Form.read(invitation(), request);
    String email = form.text("email");
    OperatorRole role = OperatorRole.valueOf(form.choice("role"));
    form.check();
    invited.keep(form.kept(() -> invitations.invite(new Holder.Operator(role), email)), change);
    return "redirect:" + BASE + "?done=invited";
  }

  @PostMapping(BASE + "/invitations/{invitation}/withdraw")
  String withdraw(@PathVariable UUID invitation, PageChange change) {
    if (!invitations.withdraw(null, invitation)) {
      throw new PageException.NotFound();
    }
    change.record("invitation.withdraw", invitation, null, null);
    return DONE;
  }

  @GetMapping(BASE + "/{person}/role")
  String role(@PathVariable UUID person, Model model) {
    model.addAttribute("form", roleOf(found(person)).empty());
    return Form.VIEW;
  }

  @PostMapping(BASE + "/{person}/role")
  String role(@PathVariable UUID person, HttpServletRequest request, PageChange change) {
    Person operator = found(person);
    Form form = Form.read(roleOf(operator), request);
    OperatorRole role = OperatorRole.valueOf(form.choice("role"));
    form.check();
    form.kept(() -> {
      people.appoint(operator.id(), role);
      return role;
    });
    change.record("operator.change-role", person,
        Map.of("role", Objects.requireNonNull(operator.operatorRole())), Map.of("role", role));
    return DONE;
  }

  @GetMapping(BASE + "/{person}/remove")
  String remove(@PathVariable UUID person, Model model) {
    model.addAttribute("form", removal(found(person)).empty());
    return Form.VIEW;
  }

  @PostMapping(BASE + "/{person}/remove")
  String remove(@PathVariable UUID person, HttpServletRequest request, PageChange change) {
    Person operator = found(person);
    Form form = Form.read(removal(operator), request);
    form.kept(() -> {
      people.dismiss(operator.id());
      return operator;
    });
    change.record("operator.remove", person, Map.of("email", operator.email()), null);
    return DONE;
  }

  @GetMapping("/console/tenants/{tenant}/invite")
  String inviteMember(Tenant tenant, Model model) {
    model.addAttribute("form", memberInvitation(tenant).empty());
    return Form.VIEW;
  }

  @PostMapping("/console/tenants/{tenant}/invite")
  String inviteMember(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(memberInvitation(tenant), request);
    String email = form.text("email");
    MemberRole role = MemberRole.valueOf(form.choice("role"));
    form.check();
    invited.keep(form.kept(() -> invitations.invite(new Holder.Member(tenant.id(), role), email)), change);
    return "redirect:/console/tenants/" + tenant.id() + "?done=invited";
  }

  private static FormPage invitation() {
    return new FormPage("invite", BASE + "/invite", BASE, null, Field.required("email", Kind.EMAIL),
        Field.choice("role", ROLES).with("SUPPORT"));
  }

  private static FormPage memberInvitation(Tenant tenant) {
    return new FormPage("invite", "/console/tenants/" + tenant.id() + "/invite",
        "/console/tenants/" + tenant.id(), tenant.name(), Field.required("email", Kind.EMAIL),
        Field.choice("role", MEMBER_ROLES).with("OWNER"));
  }

  private static FormPage roleOf(Person operator) {
    return new FormPage("operator-role", BASE + "/" + operator.id() + "/role", BASE,
        operator.name() + " · " + operator.email(),
        Field.choice("role", ROLES).with(String.valueOf(operator.operatorRole())));
  }

  private static FormPage removal(Person operator) {
    return new FormPage("remove-operator", BASE + "/" + operator.id() + "/remove", BASE,
        operator.name() + " · " + operator.email()).taking();
  }

  private Person found(UUID person) {
    return people.find(new PersonId(person)).filter(one -> one.operatorRole() != null)
        .orElseThrow(PageException.NotFound::new);
  }
}
