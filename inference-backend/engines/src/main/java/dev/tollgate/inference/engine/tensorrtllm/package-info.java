/**
 * TensorRT-LLM inside this process, through Triton's C API over JNI. Only {@link
 * dev.tollgate.inference.engine.tensorrtllm.Triton} and its calls touch native memory.
 */
@NullMarked
package dev.tollgate.inference.engine.tensorrtllm;

import org.jspecify.annotations.NullMarked;
