/** Any server that speaks OpenAI's API as an engine: vLLM, SGLang, trtllm-serve, a vendor's. */
@NullMarked
package dev.tollgate.inference.engine.remote;

import org.jspecify.annotations.NullMarked;
