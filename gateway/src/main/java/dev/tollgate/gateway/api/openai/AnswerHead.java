package dev.tollgate.gateway.api.openai;

/**
 * What every piece of one answer repeats.
 *
 * @param created seconds since the epoch
 */
record AnswerHead(AnswerShape shape, String id, long created, String model) {}
