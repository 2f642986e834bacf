package dev.tollgate.gateway.routing;

import dev.tollgate.inference.protocol.Model;
import java.time.Duration;

/** Where a request goes. */
public sealed interface Route {

  /** A backend that is well and serves the model. The lease counts the request in until it is closed. */
  record Found(Backend backend, Model model, Lease lease) implements Route {}

  /** The model is known but no backend that serves it is well. */
  record NoBackend() implements Route {}

  record UnknownModel() implements Route {}

  /** Every backend is busy and too many wait already, or the wait was too long. */
  record Full(Duration retryAfter) implements Route {}

  /** Every backend is busy, and the tenant has as many requests waiting as it may. */
  record TenantFull(Duration retryAfter) implements Route {}

  /** The client left while it waited. */
  record Left() implements Route {}

  /** A place on a backend; giving it back again changes nothing. */
  interface Lease extends AutoCloseable {

    /** The prompt is computed: the backend has that much less to do. */
    void promptDone();

    /** The backend did not do what it was there for; gives the place back. */
    void fail();

    /** Gives the place back. */
    @Override
    void close();
  }
}
