package dev.tollgate.inference.engine.gguf;

/** An array in the metadata, of which only kind and length are kept. */
record GgufArray(boolean ofStrings, int length) {}
