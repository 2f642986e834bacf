@NullMarked
package dev.tollgate.inference.engine.gguf;

import org.jspecify.annotations.NullMarked;
