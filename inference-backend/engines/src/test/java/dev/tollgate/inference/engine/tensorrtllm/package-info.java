@NullMarked
package dev.tollgate.inference.engine.tensorrtllm;

import org.jspecify.annotations.NullMarked;
