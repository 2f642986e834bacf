/** Reads and checks GGUF model files in Java, so that native code only ever opens files that hold together. */
@NullMarked
package dev.tollgate.inference.engine.gguf;

import org.jspecify.annotations.NullMarked;
