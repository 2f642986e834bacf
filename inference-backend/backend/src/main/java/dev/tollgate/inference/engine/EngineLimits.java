package dev.tollgate.inference.engine;

import java.time.Duration;

/**
 * How long callers may keep an engine waiting, and how many may wait for it.
 *
 * @param queueLimit accepted sequences that may be without a slot
 * @param pauseLimit longest wait for a grant
 * @param stallLimit longest wait for a reader that does not take its tokens
 */
public record EngineLimits(int queueLimit, Duration pauseLimit, Duration stallLimit) {}
