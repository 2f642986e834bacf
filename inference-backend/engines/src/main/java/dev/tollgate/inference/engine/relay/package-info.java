/**
 * An engine over a runtime that generates at a pace of its own: queue, slots, grants, pauses, stops, limits and counts
 * are kept here, the same for every such runtime. Nothing is asked of a runtime before the first grant, and never more
 * than granted is handed on.
 */
@NullMarked
package dev.tollgate.inference.engine.relay;

import org.jspecify.annotations.NullMarked;
