package dev.tollgate.gateway.console.signin;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.access.Return;
import dev.tollgate.gateway.console.credentials.RelyingParty;
import dev.tollgate.gateway.console.credentials.SignInAttempts;
import dev.tollgate.gateway.console.provider.Attempt;
import dev.tollgate.gateway.console.provider.AttemptCookie;
import dev.tollgate.gateway.console.provider.IdentityProvider;
import dev.tollgate.gateway.console.provider.Proof;
import dev.tollgate.gateway.console.provider.ProviderException;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.gateway.console.signin.ProviderSignIn.Entry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;

/** The way to the configured provider of identities, and back: to sign in, or to prove once more who one is. */
@PageController
class ProviderSignInController {

  private static final Logger log = LoggerFactory.getLogger(ProviderSignInController.class);
  private static final String PATH = "/sign-in/provider";
  private static final String CALLBACK = PATH + "/callback";

  private final IdentityProvider provider;
  private final AttemptCookie cookie;
  private final ProviderSignIn signIn;
  private final Joining joining;
  private final RelyingParty relyingParty;
  private final SignInAttempts attempts;
  private final Clock clock;

  ProviderSignInController(IdentityProvider provider, AttemptCookie cookie, ProviderSignIn signIn,
      Joining joining, RelyingParty relyingParty, SignInAttempts attempts, Clock clock) {
    this.provider = provider;
    this.cookie = cookie;
    this.signIn = signIn;
    this.joining = joining;
    this.relyingParty = relyingParty;
    this.attempts = attempts;
    this.clock = clock;
  }

  /** Reached by a link: a form that leads to another site is stopped by the pages' own policy. */
  @GetMapping(PATH)
  ModelAndView begin(@RequestParam(defaultValue = "/") String next, HttpServletRequest request,
      HttpServletResponse response) {
    String callback = callback(request);
    Visitor visitor = Visitor.ofRequest();
    UUID session = visitor == null ? null : visitor.session().id();
    var attempt = Attempt.begin(Return.checked(next), clock.instant(), session);
    if (!attempts.mayTry(request.getRemoteAddr())) {
      return refused(attempt, HttpStatus.TOO_MANY_REQUESTS, "sign-in.too-many");
    }
    try {
      String address = provider.address(attempt, callback);
      cookie.write(attempt, request, response);
      var there = new RedirectView(address);
      there.setExpandUriTemplateVariables(false);
      return new ModelAndView(there);
    } catch (ProviderException e) {
      log.warn("Nobody can sign in by the provider: {}", e.getMessage());
      return refused(attempt, HttpStatus.SERVICE_UNAVAILABLE, "sign-in.provider-away");
    }
  }

  /** Where the provider sends the browser back to; what it did not begin itself ends here. */
  @GetMapping(CALLBACK)
  ModelAndView end(@RequestParam(defaultValue = "") String state,
      @RequestParam(defaultValue = "") String code,
      HttpServletRequest request, HttpServletResponse response) {
    String callback = callback(request);
    Optional<Attempt> begun = cookie.take(request, response);
    Attempt attempt = begun.orElseGet(() -> Attempt.begin(Return.HOME, clock.instant(), null));
    if (!attempts.mayTry(request.getRemoteAddr())) {
      return refused(attempt, HttpStatus.TOO_MANY_REQUESTS, "sign-in.too-many");
    }
    if (begun.isEmpty() || state.isEmpty() || code.isEmpty()) {
      return refused(attempt, HttpStatus.UNPROCESSABLE_CONTENT, "sign-in.provider-failed");
    }
    try {
      Proof proof = provider.redeem(attempt, callback, state, code);
      return judged(attempt, proof, request, response);
    } catch (ProviderException e) {
      log.warn("A sign-in by the provider failed: {}", e.getMessage());
      return refused(attempt, HttpStatus.UNPROCESSABLE_CONTENT, "sign-in.provider-failed");
    }
  }

  private ModelAndView judged(Attempt attempt, Proof proof, HttpServletRequest request,
      HttpServletResponse response) {
    Visitor visitor = Visitor.ofRequest();
    UUID session = visitor == null ? null : visitor.session().id();
    if (attempt.session() != null && !attempt.session().equals(session)) {
      return refused(attempt, HttpStatus.UNPROCESSABLE_CONTENT, "sign-in.provider-failed");
    }
    Entry entry = visitor != null && attempt.session() != null
        ? signIn.confirm(visitor, proof, attempt, request, response)
        : signIn.signIn(proof, attempt, request, response);
    return switch (entry.outcome()) {
      case IN -> to(entry.next());
      case CODE_NEEDED -> to("/sign-in/code?next=" + encoded(entry.next()));
      case WRONG, TOO_MANY -> refused(attempt, HttpStatus.FORBIDDEN, "sign-in.provider-unknown");
    };
  }

  /** Who was to prove something is asked once more, who was invited sees the invitation again, anybody else the ways in. */
  private ModelAndView refused(Attempt attempt, HttpStatus status, String error) {
    if (attempt.session() != null) {
      return to("/sign-in/confirm?done=provider-refused&next=" + encoded(attempt.next()));
    }
    if (status == HttpStatus.FORBIDDEN && joining.ofPage(attempt.next()).isPresent()) {
      return to(attempt.next().replaceFirst("\\?.*", "") + "?done=invited-at-another-address");
    }
    return new ModelAndView("sign-in", Map.of("error", error, "next", attempt.next(), "passkeys", true),
        status);
  }

  private String callback(HttpServletRequest request) {
    return relyingParty.of(request).filter(_ -> provider.isOffered()).map(place -> place.origin() + CALLBACK)
        .orElseThrow(PageException.NotFound::new);
  }

  private static ModelAndView to(String path) {
    return new ModelAndView("redirect:" + path);
  }

  private static String encoded(String path) {
    return URLEncoder.encode(path, StandardCharsets.UTF_8);
  }
}
