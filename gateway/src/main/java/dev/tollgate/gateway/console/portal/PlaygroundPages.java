package dev.tollgate.gateway.console.portal;

import dev.tollgate.gateway.api.openai.ChatStream;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.routing.Backends;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.ApiKeys.ApiKey;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Trying models in the browser. What is asked here goes the path of every request, and is billed to the chosen key. */
@PageController
class PlaygroundPages {

  private static final int MOST_KEYS = 100;

  private final ApiKeys keys;
  private final Backends backends;
  private final ChatStream chats;
  private final Clock clock;

  PlaygroundPages(ApiKeys keys, Backends backends, ChatStream chats, Clock clock) {
    this.keys = keys;
    this.backends = backends;
    this.chats = chats;
    this.clock = clock;
  }

  @GetMapping("/portal/{tenant}/playground")
  String playground(Tenant tenant, Model model) {
    model.addAttribute("keys",
        keys.list(tenant.id(), null, null, MOST_KEYS).stream().filter(this::mayGenerate).toList());
    model.addAttribute("models", backends.models().stream()
        .map(dev.tollgate.inference.protocol.Model::getName).sorted().toList());
    return "portal/playground";
  }

  @PostMapping("/portal/{tenant}/playground/stream")
  void stream(Tenant tenant, @RequestParam UUID key, HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    ApiKey found = keys.find(tenant.id(), new ApiKeyId(key)).filter(this::mayGenerate)
        .filter(_ -> !tenant.suspended()).orElseThrow(PageException.NotFound::new);
    chats.serve(new Caller(found.tenant(), found.project(), found.id(), found.scopes()), request, response);
  }

  private boolean mayGenerate(ApiKey key) {
    Instant expiry = key.expiresAt();
    return key.revokedAt() == null && key.scopes().contains(Scope.GENERATE)
        && (expiry == null || expiry.isAfter(clock.instant()));
  }
}
