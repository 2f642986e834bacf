package dev.tollgate.gateway.console.signin;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.credentials.RelyingParty;
import dev.tollgate.gateway.console.provider.IdentityProvider;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** Tells the pages of signing in the provider's name; null, and so no button, where there is none. */
@ControllerAdvice(assignableTypes = {SignInController.class, PasskeySignInController.class,
    ProviderSignInController.class, InvitationController.class})
@PagesRole
class ProviderButton {

  private static final String NAME = "provider";

  private final IdentityProvider provider;
  private final RelyingParty relyingParty;

  ProviderButton(IdentityProvider provider, RelyingParty relyingParty) {
    this.provider = provider;
    this.relyingParty = relyingParty;
  }

  @ModelAttribute(NAME)
  @Nullable
  String name(HttpServletRequest request) {
    String name = provider.isOffered() && relyingParty.of(request).isPresent() ? provider.name() : null;
    // A form that is shown again, with what is wrong, has a model of its own.
    request.setAttribute(NAME, name);
    return name;
  }
}
