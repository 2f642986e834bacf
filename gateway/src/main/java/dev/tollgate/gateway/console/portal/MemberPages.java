package dev.tollgate.gateway.console.portal;

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
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.People.Member;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tokens.Holder;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** A tenant's people, and invitations to them. */
@PageController
class MemberPages {

  private static final List<Option> ROLES = Arrays.stream(MemberRole.values())
      .map(role -> Option.named(role.name())).toList();

  private final People people;
  private final Invitations invitations;
  private final Invited invited;

  MemberPages(People people, Invitations invitations, Invited invited) {
    this.people = people;
    this.invitations = invitations;
    this.invited = invited;
  }

  @GetMapping("/portal/{tenant}/members")
  String list(Tenant tenant, HttpServletRequest request, Model model) {
    Asked<People.Order> asked = Asked.of(request, People.Order.NAME, false);
    model.addAttribute("members",
        asked.table(people.members(tenant.id(), asked.slice()), member -> member.person().id()));
    model.addAttribute("invitations", invited.open(tenant.id(), request));
    return "portal/members";
  }

  @GetMapping("/portal/{tenant}/members/invite")
  String invite(Tenant tenant, Model model) {
    model.addAttribute("form", invitation(tenant).empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/members/invite")
  String invite(Tenant tenant, HttpServletRequest request, PageChange change) {
    Form form = Form.read(invitation(tenant), request);
    String email = form.text("email");
    MemberRole role = MemberRole.valueOf(form.choice("role"));
    form.check();
    invited.keep(form.kept(() -> invitations.invite(new Holder.Member(tenant.id(), role), email)), change);
    return base(tenant) + "?done=invited";
  }

  @PostMapping("/portal/{tenant}/members/invitations/{invitation}/withdraw")
  String withdraw(Tenant tenant, @PathVariable UUID invitation, PageChange change) {
    if (!invitations.withdraw(tenant.id(), invitation)) {
      throw new PageException.NotFound();
    }
    change.record("invitation.withdraw", invitation, null, null);
    return base(tenant) + "?done=saved";
  }

  @GetMapping("/portal/{tenant}/members/{person}/role")
  String role(Tenant tenant, @PathVariable UUID person, Model model) {
    model.addAttribute("form", roleOf(tenant, found(tenant, person)).empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/members/{person}/role")
  String role(Tenant tenant, @PathVariable UUID person, HttpServletRequest request, PageChange change) {
    Member member = found(tenant, person);
    Form form = Form.read(roleOf(tenant, member), request);
    MemberRole role = MemberRole.valueOf(form.choice("role"));
    form.check();
    form.kept(() -> {
      people.join(tenant.id(), member.person().id(), role);
      return role;
    });
    change.record("member.change-role", person, Map.of("role", member.role()), Map.of("role", role));
    return base(tenant) + "?done=saved";
  }

  @GetMapping("/portal/{tenant}/members/{person}/remove")
  String remove(Tenant tenant, @PathVariable UUID person, Model model) {
    model.addAttribute("form", removal(tenant, found(tenant, person)).empty());
    return Form.VIEW;
  }

  @PostMapping("/portal/{tenant}/members/{person}/remove")
  String remove(Tenant tenant, @PathVariable UUID person, HttpServletRequest request, PageChange change) {
    Member member = found(tenant, person);
    Form form = Form.read(removal(tenant, member), request);
    form.kept(() -> people.leave(tenant.id(), member.person().id()));
    change.record("member.remove", person, Map.of("email", member.person().email(), "role", member.role()),
        null);
    return base(tenant) + "?done=saved";
  }

  private static FormPage invitation(Tenant tenant) {
    return new FormPage("invite", "/portal/" + tenant.id() + "/members/invite",
        "/portal/" + tenant.id() + "/members",
        null, Field.required("email", Kind.EMAIL), Field.choice("role", ROLES).with("DEVELOPER"));
  }

  private static FormPage roleOf(Tenant tenant, Member member) {
    String base = "/portal/" + tenant.id() + "/members";
    return new FormPage("member-role", base + "/" + member.person().id() + "/role", base,
        member.person().name() + " · " + member.person().email(),
        Field.choice("role", ROLES).with(member.role().name()));
  }

  private static FormPage removal(Tenant tenant, Member member) {
    String base = "/portal/" + tenant.id() + "/members";
    return new FormPage("remove-member", base + "/" + member.person().id() + "/remove", base,
        member.person().name() + " · " + member.person().email()).taking();
  }

  private static String base(Tenant tenant) {
    return "redirect:/portal/" + tenant.id() + "/members";
  }

  private Member found(Tenant tenant, UUID person) {
    var id = new PersonId(person);
    return people.members(tenant.id()).stream().filter(member -> member.person().id().equals(id)).findFirst()
        .orElseThrow(PageException.NotFound::new);
  }
}
