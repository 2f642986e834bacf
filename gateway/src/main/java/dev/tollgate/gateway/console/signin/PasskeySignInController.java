package dev.tollgate.gateway.console.signin;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.access.Return;
import dev.tollgate.gateway.console.credentials.Passkeys;
import dev.tollgate.gateway.console.credentials.Passkeys.Question;
import dev.tollgate.gateway.console.credentials.RelyingParty;
import dev.tollgate.gateway.console.credentials.RelyingParty.Place;
import dev.tollgate.gateway.console.credentials.SignInAttempts;
import dev.tollgate.gateway.console.sessions.Session;
import dev.tollgate.gateway.console.sessions.Sessions;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.tenants.PersonId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Signing in, and proving once more who one is, with a passkey. */
@PageController
class PasskeySignInController {

  private final Passkeys passkeys;
  private final RelyingParty relyingParty;
  private final SigningIn signingIn;
  private final Sessions sessions;
  private final SignInAttempts attempts;

  PasskeySignInController(Passkeys passkeys, RelyingParty relyingParty, SigningIn signingIn,
      Sessions sessions,
      SignInAttempts attempts) {
    this.passkeys = passkeys;
    this.relyingParty = relyingParty;
    this.signingIn = signingIn;
    this.sessions = sessions;
    this.attempts = attempts;
  }

  @PostMapping("/sign-in/passkey/question")
  ResponseEntity<Question> ask(HttpServletRequest request) {
    return ResponseEntity.ok(passkeys.askForAny(place(request)));
  }

  /** Who is signed in proves to be there, by a passkey of its own; anybody else signs in. */
  @PostMapping("/sign-in/passkey")
  String answer(@RequestParam String question, @RequestParam String answer,
      @RequestParam(defaultValue = "/") String next, HttpServletRequest request, HttpServletResponse response,
      Model model) {
    Visitor visitor = Visitor.ofRequest();
    Optional<PersonId> person = attempts.mayTry(request.getRemoteAddr())
        ? passkeys.answered(place(request), question, answer)
        : Optional.empty();
    if (visitor != null && person.filter(visitor.person().id()::equals).isPresent()) {
      sessions.confirm(visitor.session());
      return "redirect:" + Return.checked(next);
    }
    if (visitor == null && person.isPresent()) {
      signingIn.open(person.get(), Session.Method.PASSKEY, false, request, response);
      return "redirect:" + Return.checked(next);
    }
    response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
    model.addAttribute("next", Return.checked(next));
    model.addAttribute("passkeys", true);
    model.addAttribute("error", "sign-in.passkey-refused");
    return visitor == null ? "sign-in" : "sign-in-confirm";
  }

  private Place place(HttpServletRequest request) {
    return relyingParty.of(request).orElseThrow(PageException.NotFound::new);
  }
}
