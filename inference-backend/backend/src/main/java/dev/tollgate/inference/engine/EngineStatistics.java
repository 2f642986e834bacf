package dev.tollgate.inference.engine;

/**
 * Load at one moment, and counters since the engine started.
 *
 * @param outstandingTokens prompt and output tokens of accepted work that are still to be computed, at most
 * @param kvTokensUsed tokens whose keys and values are cached, finished answers' included
 * @param promptTokens of all started sequences, cached ones included
 */
public record EngineStatistics(int running, int waiting, int paused, int slots, long outstandingTokens,
    long kvTokensUsed, long kvTokensTotal, long promptTokens, long cachedPromptTokens, long outputTokens,
    long decodeSteps, long cancelled, long failed, boolean draining) {}
