package dev.tollgate.inference.engine.gguf;

import java.util.List;

/**
 * Where a tensor lies.
 *
 * @param dimensions innermost first
 * @param offset in bytes from the start of the file's tensor data
 */
record GgufTensor(String name, List<Long> dimensions, long offset, long bytes) {}
