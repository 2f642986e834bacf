package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.gateway.pipeline.RefusedException;
import dev.tollgate.gateway.routing.Backends;
import dev.tollgate.inference.protocol.Model;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.Scope;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The models that can be asked. */
@RestController
class ModelsController {

  private final Backends backends;

  ModelsController(Backends backends) {
    this.backends = backends;
  }

  record ModelList(String object, List<ModelCard> data) {}

  /** One model; {@code context_length} is our addition to what OpenAI tells. */
  record ModelCard(String id, String object, long created, String owned_by, int context_length) {

    static ModelCard of(Model model) {
      return new ModelCard(model.getName(), "model", model.getCreated(), "tollgate",
          model.getContextLength());
    }
  }

  @GetMapping("/v1/models")
  ModelList list(@AuthenticationPrincipal Caller caller) {
    require(caller);
    return new ModelList("list", backends.models().stream().map(ModelCard::of).toList());
  }

  @GetMapping("/v1/models/{id}")
  ModelCard get(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
    require(caller);
    return backends.models().stream().filter(model -> model.getName().equals(id)).findFirst()
        .map(ModelCard::of)
        .orElseThrow(() -> new RefusedException(new Refusal.UnknownModel(id)));
  }

  private static void require(Caller caller) {
    if (!caller.may(Scope.MODELS)) {
      throw new RefusedException(new Refusal.ScopeMissing(Scope.MODELS));
    }
  }
}
