package dev.tollgate.gateway.console.signin;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.credentials.Passwords;
import dev.tollgate.gateway.console.credentials.SignInAttempts;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.sessions.Session;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.tenants.Invitations.Invitation;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * Accepting an invitation: as who one is signed in, as a new person with a password, or as who the provider says one is (ADR
 * 30). An address that somebody signs in with already is never taken over by a link.
 */
@PageController
class InvitationController {

  private final Joining joining;
  private final People people;
  private final Tenants tenants;
  private final Passwords passwords;
  private final SignInAttempts attempts;
  private final SigningIn signingIn;
  private final TransactionTemplate transaction;

  InvitationController(Joining joining, People people, Tenants tenants, Passwords passwords,
      SignInAttempts attempts, SigningIn signingIn, PlatformTransactionManager transactions) {
    this.joining = joining;
    this.people = people;
    this.tenants = tenants;
    this.passwords = passwords;
    this.attempts = attempts;
    this.signingIn = signingIn;
    this.transaction = new TransactionTemplate(transactions);
  }

  @GetMapping("/invitation/{secret}")
  String look(@PathVariable String secret, HttpServletRequest request, Model model) {
    Invitation invitation = found(secret, request);
    if (Visitor.ofRequest() == null && people.findByEmail(invitation.email()).isPresent()) {
      return "redirect:/sign-in?done=sign-in-to-join&next="
          + URLEncoder.encode("/invitation/" + secret, StandardCharsets.UTF_8);
    }
    model.addAttribute("form", page(secret, invitation).empty());
    return Form.VIEW;
  }

  @PostMapping("/invitation/{secret}")
  String accept(@PathVariable String secret, HttpServletRequest request, HttpServletResponse response) {
    Invitation invitation = found(secret, request);
    Visitor visitor = Visitor.ofRequest();
    Form form = Form.read(page(secret, invitation), request);
    if (visitor != null) {
      transaction.executeWithoutResult(status -> join(invitation, visitor.person(), request));
    } else {
      String name = form.text("name");
      String password = form.password("password");
      if (!password.isEmpty() && !Passwords.isLongEnough(password)) {
        form.refuse("password", "password-length", "must have 12 to 200 characters");
      }
      form.check();
      Person person = transaction.execute(status -> {
        Person added = form.kept(() -> people.add(invitation.email(), name));
        passwords.set(added.id(), password);
        join(invitation, added, request);
        return added;
      });
      signingIn.open(Objects.requireNonNull(person).id(), Session.Method.INVITATION, false, request,
          response);
    }
    return "redirect:" + Joining.joined(invitation);
  }

  private void join(Invitation invitation, Person person, HttpServletRequest request) {
    if (!joining.accept(invitation, person, request)) {
      throw new PageException.NotFound();
    }
  }

  private FormPage page(String secret, Invitation invitation) {
    String where = Optional.ofNullable(Joining.tenantOf(invitation)).flatMap(tenants::find).map(Tenant::name)
        .orElse("Tollgate");
    Field[] fields = Visitor.ofRequest() == null
        ? new Field[]{Field.required("name", Kind.TEXT), Field.required("password", Kind.PASSWORD)}
        : new Field[0];
    return new FormPage("invitation", "/invitation/" + secret, "/", where + " · " + invitation.email(),
        fields);
  }

  private Invitation found(String secret, HttpServletRequest request) {
    if (!attempts.mayTry(request.getRemoteAddr())) {
      throw new PageException.NotFound();
    }
    return joining.find(secret).orElseThrow(PageException.NotFound::new);
  }
}
