package dev.tollgate.inference.engine.relay;

import dev.tollgate.inference.engine.EngineLimits;

/**
 * How an engine over a runtime works.
 *
 * @param parallel sequences generated side by side
 * @param runAhead most tokens past the grant that are kept before the run is stopped
 */
public record RelaySettings(int parallel, int runAhead, EngineLimits limits) {}
