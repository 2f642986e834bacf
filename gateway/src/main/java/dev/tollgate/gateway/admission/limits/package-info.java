/**
 * Rate limits over all instances of the gateway, in memory.
 *
 * <p>A limit of N a minute is N tokens, each of which rests for 60 seconds once it was used. An instance borrows some of
 * them from the database, ahead of demand, and uses them over and over: in any 60 seconds each is used once at most, so
 * all instances together never pass N, wherever the minute is taken to begin. What an instance has idle goes back, at
 * once if another asks for it; what rests stays until it has rested. Places for concurrent requests are borrowed alike,
 * but rest not at all.
 */
@NullMarked
package dev.tollgate.gateway.admission.limits;

import org.jspecify.annotations.NullMarked;
