package dev.tollgate.gateway.console.account;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.credentials.Authenticators;
import dev.tollgate.gateway.console.credentials.Passkeys;
import dev.tollgate.gateway.console.credentials.Passwords;
import dev.tollgate.gateway.console.credentials.RelyingParty;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.console.sessions.Sessions;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.tenants.Person;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** How a person signs in, and where it is signed in. Changing that asks for a fresh proof, which the interceptor sees to. */
@PageController
class AccountPages {

  private static final String DONE = "redirect:/account?done=saved";
  private static final int LONGEST_LABEL = 100;

  private final Passwords passwords;
  private final Authenticators authenticators;
  private final Passkeys passkeys;
  private final RelyingParty relyingParty;
  private final Sessions sessions;

  AccountPages(Passwords passwords, Authenticators authenticators, Passkeys passkeys,
      RelyingParty relyingParty, Sessions sessions) {
    this.passwords = passwords;
    this.authenticators = authenticators;
    this.passkeys = passkeys;
    this.relyingParty = relyingParty;
    this.sessions = sessions;
  }

  @GetMapping("/account")
  String account(HttpServletRequest request, Model model) {
    Visitor visitor = Visitor.current();
    Person person = visitor.person();
    model.addAttribute("hasPassword", passwords.has(person.id()));
    model.addAttribute("hasApp", authenticators.has(person.id()));
    model.addAttribute("passkeys", passkeys.of(person));
    model.addAttribute("mayHavePasskeys", relyingParty.of(request).isPresent());
    model.addAttribute("sessions", sessions.of(person.id()));
    return "account";
  }

  @GetMapping("/account/password")
  String password(Model model) {
    model.addAttribute("form", passwordPage().empty());
    return Form.VIEW;
  }

  @PostMapping("/account/password")
  String setPassword(HttpServletRequest request, PageChange change) {
    Form form = Form.read(passwordPage(), request);
    String password = form.password("password");
    if (!password.isEmpty() && !Passwords.isLongEnough(password)) {
      form.refuse("password", "password-length", "must have 12 to 200 characters");
    }
    if (!password.equals(form.password("repeated"))) {
      form.refuse("repeated", "not-the-same", "must be the same once more");
    }
    form.check();
    Visitor visitor = Visitor.current();
    passwords.set(visitor.person().id(), password);
    sessions.endOthers(visitor.session());
    change.record("person.set-password", visitor.person().id(), null, null);
    return DONE;
  }

  private static FormPage passwordPage() {
    return new FormPage("password", "/account/password", "/account", null,
        Field.required("password", Kind.PASSWORD), Field.required("repeated", Kind.PASSWORD));
  }

  @GetMapping("/account/authenticator")
  String authenticator(Model model) {
    return app(Authenticators.newSecret(), null, model);
  }

  @PostMapping("/account/authenticator")
  String setAuthenticator(@RequestParam String secret, @RequestParam(defaultValue = "") String code,
      HttpServletResponse response, Model model, PageChange change) {
    Person person = Visitor.current().person();
    if (!authenticators.set(person.id(), secret, code)) {
      response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
      return app(secret, "problem.code", model);
    }
    change.record("person.set-authenticator", person.id(), null, null);
    return DONE;
  }

  private static String app(String secret, @Nullable String error, Model model) {
    model.addAttribute("secret", secret);
    model.addAttribute("spelled", secret.replaceAll("(.{4})", "$1 ").strip());
    model.addAttribute("picture",
        QrPicture.of(Authenticators.uri(Visitor.current().person().email(), secret)));
    model.addAttribute("error", error);
    return "account-authenticator";
  }

  @PostMapping("/account/authenticator/remove")
  String removeAuthenticator(PageChange change) {
    Person person = Visitor.current().person();
    authenticators.remove(person.id());
    change.record("person.remove-authenticator", person.id(), null, null);
    return DONE;
  }

  @PostMapping("/account/passkeys/question")
  ResponseEntity<Passkeys.Question> ask(HttpServletRequest request) {
    return ResponseEntity.ok(passkeys.askForNew(Visitor.current().person(), place(request)));
  }

  @PostMapping("/account/passkeys")
  String addPasskey(@RequestParam String question, @RequestParam String answer,
      @RequestParam(defaultValue = "") String label, HttpServletRequest request, PageChange change) {
    Person person = Visitor.current().person();
    String named = label.isBlank() ? "Passkey"
        : label.strip().substring(0, Math.min(LONGEST_LABEL, label.strip().length()));
    if (!passkeys.add(person, place(request), question, named, answer)) {
      return "redirect:/account?done=passkey-refused";
    }
    change.record("person.add-passkey", person.id(), null, Map.of("label", named));
    return DONE;
  }

  @PostMapping("/account/passkeys/{passkey}/remove")
  String removePasskey(@PathVariable String passkey, PageChange change) {
    Person person = Visitor.current().person();
    if (!passkeys.remove(person.id(), passkey)) {
      throw new PageException.NotFound();
    }
    change.record("person.remove-passkey", person.id(), Map.of("id", passkey), null);
    return DONE;
  }

  @PostMapping("/account/sessions/{session}/end")
  String endSession(@PathVariable UUID session, PageChange change) {
    Person person = Visitor.current().person();
    sessions.end(person.id(), session);
    change.record("person.end-session", person.id(), Map.of("session", session), null);
    return DONE;
  }

  private RelyingParty.Place place(HttpServletRequest request) {
    return relyingParty.of(request).orElseThrow(PageException.NotFound::new);
  }
}
