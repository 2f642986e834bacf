package dev.tollgate.gateway.console.signin;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.credentials.Passwords;
import dev.tollgate.gateway.console.credentials.SignInAttempts;
import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.gateway.console.sessions.Session;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Links that sign somebody in once. Opening one shows a button; only the button uses it up. */
@PageController
class LinkController {

  private static final String VIEW = "sign-in-link";

  private final SignInLinks links;
  private final SigningIn signingIn;
  private final Passwords passwords;
  private final SignInAttempts attempts;

  LinkController(SignInLinks links, SigningIn signingIn, Passwords passwords, SignInAttempts attempts) {
    this.links = links;
    this.signingIn = signingIn;
    this.passwords = passwords;
    this.attempts = attempts;
  }

  @GetMapping(SignInLinks.PATH + "{secret}")
  String look(@PathVariable String secret, HttpServletRequest request, HttpServletResponse response,
      Model model) {
    boolean good = attempts.mayTry(request.getRemoteAddr()) && links.look(secret).isPresent();
    return shown(good, response, model);
  }

  @PostMapping(SignInLinks.PATH + "{secret}")
  String use(@PathVariable String secret, HttpServletRequest request, HttpServletResponse response,
      Model model) {
    if (!attempts.mayTry(request.getRemoteAddr())) {
      return shown(false, response, model);
    }
    return links.use(secret).map(person -> {
      signingIn.open(person, Session.Method.LINK, false, request, response);
      return passwords.has(person) ? "redirect:/" : "redirect:/account?done=protect";
    }).orElseGet(() -> shown(false, response, model));
  }

  private static String shown(boolean good, HttpServletResponse response, Model model) {
    if (!good) {
      response.setStatus(HttpStatus.NOT_FOUND.value());
    }
    model.addAttribute("good", good);
    return VIEW;
  }
}
