package dev.tollgate.inference.server;

import dev.tollgate.inference.engine.Engine;
import io.grpc.StatusException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The engines of this process by the names of their models. */
final class Models {

  private final Map<String, Engine> byName = new LinkedHashMap<>();

  Models(List<Engine> engines) {
    engines.forEach(engine -> byName.put(engine.model().name(), engine));
  }

  Iterable<Engine> all() {
    return byName.values();
  }

  /** @throws StatusException NOT_FOUND if this backend has no such model */
  Engine find(String name) throws StatusException {
    Engine engine = byName.get(name);
    if (engine == null) {
      throw WireErrors.modelNotFound(byName.keySet());
    }
    return engine;
  }
}
