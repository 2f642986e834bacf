package dev.tollgate.gateway.pipeline;

import dev.tollgate.billing.RequestId;
import dev.tollgate.gateway.connections.Client;
import dev.tollgate.tenants.Caller;
import java.time.Instant;

/** Who asks, when, and over which connection. */
public record Arrival(RequestId id, Instant at, Caller caller, Client client) {}
