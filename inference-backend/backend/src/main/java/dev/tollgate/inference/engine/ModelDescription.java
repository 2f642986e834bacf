package dev.tollgate.inference.engine;

import java.time.Instant;

/**
 * A served model and its limits; constant while the engine lives.
 *
 * @param engine cpu, tensorrt-llm or remote
 * @param version of the library that computes
 * @param contextLength tokens of prompt and answer together
 * @param parallelSequences sequences generated side by side
 * @param parameters number of weights
 */
public record ModelDescription(String name, String engine, String version, int contextLength,
    int parallelSequences, long parameters, boolean supportsTools, boolean supportsJsonSchema,
    Instant created) {}
