package dev.tollgate.gateway.routing;

import dev.tollgate.inference.protocol.Model;

/** Where a request goes. */
public sealed interface Route {

  /** A backend that is well and serves the model. The lease counts the request in until it is closed. */
  record Found(Backend backend, Model model, Lease lease) implements Route {}

  /** The model is known but no backend that serves it is well. */
  record NoBackend() implements Route {}

  record UnknownModel() implements Route {}

  /** A place on a backend; giving it back again changes nothing. */
  @FunctionalInterface
  interface Lease extends AutoCloseable {

    @Override
    void close();
  }
}
