package dev.tollgate.inference.engine.relay;

import dev.tollgate.inference.engine.EngineLimits;
import java.time.Duration;

/**
 * How an engine over a runtime works.
 *
 * @param parallel sequences generated side by side
 * @param runAhead most tokens past the grant that are kept before the run is stopped
 * @param resumeLimit longest that the beginning of another backend's answer is generated anew, where that has to be
 */
public record RelaySettings(int parallel, int runAhead, Duration resumeLimit, EngineLimits limits) {}
