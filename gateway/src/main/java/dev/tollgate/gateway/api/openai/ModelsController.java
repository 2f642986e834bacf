package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.gateway.pipeline.RefusedException;
import dev.tollgate.gateway.routing.Aliases;
import dev.tollgate.gateway.routing.Backends;
import dev.tollgate.gateway.routing.RoutingProperties.Alias;
import dev.tollgate.inference.protocol.Model;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.Scope;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The models that can be asked. */
@RestController
class ModelsController {

  private final Backends backends;
  private final Aliases aliases;

  ModelsController(Backends backends, Aliases aliases) {
    this.backends = backends;
    this.aliases = aliases;
  }

  record ModelList(String object, List<ModelCard> data) {}

  /** One model; {@code context_length} is our addition to what OpenAI tells. */
  record ModelCard(String id, String object, long created, String owned_by, int context_length) {

    static ModelCard of(String name, Model model) {
      return new ModelCard(name, "model", model.getCreated(), "tollgate",
          model.getContextLength());
    }
  }

  @GetMapping("/v1/models")
  ModelList list(@AuthenticationPrincipal Caller caller) {
    require(caller);
    return new ModelList("list", cards(caller));
  }

  @GetMapping("/v1/models/{id}")
  ModelCard get(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
    require(caller);
    return cards(caller).stream().filter(card -> card.id().equals(id)).findFirst()
        .orElseThrow(() -> new RefusedException(new Refusal.UnknownModel(id)));
  }

  /** The models by the names that a caller may use for them. */
  private List<ModelCard> cards(Caller caller) {
    List<Model> models = backends.models();
    Stream<String> names = Stream.concat(models.stream().map(Model::getName),
        aliases.of(caller.tenant()).map(Alias::name)).distinct();
    return names.flatMap(name -> models.stream()
        .filter(model -> model.getName().equals(aliases.model(caller.tenant(), name)))
        .map(model -> ModelCard.of(name, model))).toList();
  }

  private static void require(Caller caller) {
    if (!caller.may(Scope.MODELS)) {
      throw new RefusedException(new Refusal.ScopeMissing(Scope.MODELS));
    }
  }
}
