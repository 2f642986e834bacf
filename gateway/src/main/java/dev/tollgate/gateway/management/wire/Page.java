package dev.tollgate.gateway.management.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param next address of the next page; null on the last one
 */
public record Page<T>(List<T> data, @Nullable String next) {}
