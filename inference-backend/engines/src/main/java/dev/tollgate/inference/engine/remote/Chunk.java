package dev.tollgate.inference.engine.remote;

import dev.tollgate.inference.engine.TokenIds;
import org.jspecify.annotations.Nullable;

/**
 * What one event of a stream says.
 *
 * @param ids tokens, in order
 * @param listed whether the server lists tokens at all in this event
 * @param finish why the answer ended, null if it has not
 * @param promptTokens the server's own count, -1 if not said
 * @param cachedTokens of them found in a cache, -1 if not said
 * @param completionTokens the server's own count of the answer, -1 if not said
 * @param error what the server says went wrong, null if nothing
 */
record Chunk(TokenIds ids, boolean listed, @Nullable String finish, int promptTokens, int cachedTokens,
    int completionTokens, @Nullable String error) {}
