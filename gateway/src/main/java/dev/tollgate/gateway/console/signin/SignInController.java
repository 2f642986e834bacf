package dev.tollgate.gateway.console.signin;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.access.Return;
import dev.tollgate.gateway.console.credentials.Authenticators;
import dev.tollgate.gateway.console.credentials.Passwords;
import dev.tollgate.gateway.console.credentials.RelyingParty;
import dev.tollgate.gateway.console.sessions.SessionCookie;
import dev.tollgate.gateway.console.sessions.SessionFilter;
import dev.tollgate.gateway.console.sessions.Sessions;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.gateway.console.signin.SigningIn.Outcome;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Signing in with a password and a code, signing out, and proving once more who one is. */
@PageController
class SignInController {

  private static final String SIGN_IN = "sign-in";
  private static final String CODE = "sign-in-code";
  private static final String CONFIRM = "sign-in-confirm";

  private final SigningIn signingIn;
  private final Sessions sessions;
  private final Passwords passwords;
  private final Authenticators authenticators;
  private final RelyingParty relyingParty;

  SignInController(SigningIn signingIn, Sessions sessions, Passwords passwords,
      Authenticators authenticators, RelyingParty relyingParty) {
    this.signingIn = signingIn;
    this.sessions = sessions;
    this.passwords = passwords;
    this.authenticators = authenticators;
    this.relyingParty = relyingParty;
  }

  /** Leads everybody to where they belong. */
  @GetMapping("/")
  String home(Model model) {
    Visitor visitor = Visitor.ofRequest();
    if (visitor == null) {
      return "redirect:/sign-in";
    }
    if (visitor.operatorRole() != null) {
      return "redirect:/console";
    }
    if (visitor.memberships().size() == 1) {
      return "redirect:/portal/" + visitor.memberships().getFirst().tenant().id();
    }
    return "home";
  }

  @GetMapping("/sign-in")
  String signIn(@RequestParam(defaultValue = "/") String next, HttpServletRequest request, Model model) {
    if (Visitor.ofRequest() != null) {
      return "redirect:" + Return.checked(next);
    }
    model.addAttribute("passkeys", relyingParty.of(request).isPresent());
    model.addAttribute("next", Return.checked(next));
    return SIGN_IN;
  }

  @PostMapping("/sign-in")
  String signIn(@RequestParam(defaultValue = "") String email,
      @RequestParam(defaultValue = "") String password,
      @RequestParam(defaultValue = "/") String next, HttpServletRequest request, HttpServletResponse response,
      Model model) {
    String onward = Return.checked(next);
    Outcome outcome = signingIn.withPassword(email, password, request, response);
    return switch (outcome) {
      case IN -> "redirect:" + onward;
      case CODE_NEEDED -> "redirect:/sign-in/code?next=" + URLEncoder.encode(onward, StandardCharsets.UTF_8);
      case WRONG, TOO_MANY -> {
        model.addAttribute("email", email);
        model.addAttribute("next", onward);
        model.addAttribute("passkeys", relyingParty.of(request).isPresent());
        yield again(SIGN_IN, outcome, response, model);
      }
    };
  }

  @GetMapping("/sign-in/code")
  String code(@RequestParam(defaultValue = "/") String next, HttpServletRequest request, Model model) {
    model.addAttribute("next", Return.checked(next));
    return SessionFilter.halfWay(request).isPresent() ? CODE : "redirect:/sign-in";
  }

  @PostMapping("/sign-in/code")
  String code(@RequestParam(defaultValue = "") String code, @RequestParam(defaultValue = "/") String next,
      HttpServletRequest request, HttpServletResponse response, Model model) {
    Optional<Visitor> halfWay = SessionFilter.halfWay(request);
    if (halfWay.isEmpty()) {
      return "redirect:/sign-in?next=" + URLEncoder.encode(Return.checked(next), StandardCharsets.UTF_8);
    }
    Outcome outcome = signingIn.withCode(halfWay.get(), code, request, response);
    if (outcome == Outcome.IN) {
      return "redirect:" + Return.checked(next);
    }
    model.addAttribute("next", Return.checked(next));
    return again(CODE, outcome, response, model);
  }

  @GetMapping("/sign-in/confirm")
  String confirm(@RequestParam(defaultValue = "/") String next, HttpServletRequest request, Model model) {
    Visitor visitor = Visitor.ofRequest();
    if (visitor == null) {
      return "redirect:/sign-in?next=" + URLEncoder.encode(Return.checked(next), StandardCharsets.UTF_8);
    }
    describeProof(visitor, next, request, model);
    return CONFIRM;
  }

  @PostMapping("/sign-in/confirm")
  String confirm(@RequestParam(defaultValue = "") String password,
      @RequestParam(defaultValue = "") String code,
      @RequestParam(defaultValue = "/") String next, HttpServletRequest request, HttpServletResponse response,
      Model model) {
    Visitor visitor = Visitor.ofRequest();
    if (visitor == null) {
      return "redirect:/sign-in?next=" + URLEncoder.encode(Return.checked(next), StandardCharsets.UTF_8);
    }
    Outcome outcome = signingIn.confirm(visitor, password, code, request);
    if (outcome == Outcome.IN) {
      return "redirect:" + Return.checked(next);
    }
    describeProof(visitor, next, request, model);
    return again(CONFIRM, outcome, response, model);
  }

  @PostMapping("/sign-out")
  String signOut(HttpServletRequest request, HttpServletResponse response) {
    Visitor visitor = Visitor.ofRequest();
    if (visitor != null) {
      sessions.end(visitor.person().id(), visitor.session().id());
    }
    SessionCookie.remove(request, response);
    return "redirect:/sign-in?done=signed-out";
  }

  private void describeProof(Visitor visitor, String next, HttpServletRequest request, Model model) {
    model.addAttribute("next", Return.checked(next));
    model.addAttribute("hasPassword", passwords.has(visitor.person().id()));
    model.addAttribute("hasApp", authenticators.has(visitor.person().id()));
    model.addAttribute("passkeys", relyingParty.of(request).isPresent());
  }

  private static String again(String view, Outcome outcome, HttpServletResponse response, Model model) {
    boolean tooMany = outcome == Outcome.TOO_MANY;
    response.setStatus(
        tooMany ? HttpStatus.TOO_MANY_REQUESTS.value() : HttpStatus.UNPROCESSABLE_CONTENT.value());
    model.addAttribute("error", tooMany ? "sign-in.too-many" : "sign-in.wrong");
    return view;
  }
}
