/** What the pages keep for themselves, over {@code /api/v1}: people, orders of packs, and what GPUs cost. */
@NullMarked
package dev.tollgate.gateway.console.api;

import org.jspecify.annotations.NullMarked;
