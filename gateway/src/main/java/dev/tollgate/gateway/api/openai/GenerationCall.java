package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.pipeline.GenerationRequest;

/**
 * A parsed request: what to generate and how to write it.
 *
 * @param stream as server-sent events
 * @param includeUsage whether a stream ends with a chunk that tells the usage
 */
record GenerationCall(GenerationRequest request, boolean stream, boolean includeUsage) {}
