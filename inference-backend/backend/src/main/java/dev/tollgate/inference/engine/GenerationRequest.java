package dev.tollgate.inference.engine;

/**
 * One answer to be generated.
 *
 * @param maxOutputTokens most output tokens, resumed ones included; 0 means up to the end of the context
 * @param priority higher runs first when slots are short
 * @param cacheSalt prompts share cached prefixes only where their salts are equal
 * @param resumed output tokens of the same answer that were produced before
 * @param grant the first leave to generate; {@link Grant#NONE} waits for one
 */
public record GenerationRequest(Prompt prompt, Sampling sampling, int maxOutputTokens, int priority,
    String cacheSalt, TokenIds resumed, Grant grant) {}
