package dev.tollgate.inference.engine.tensorrtllm;

/** Which kind of model Triton runs. */
enum Layout {
  /** Our model.py over TensorRT-LLM's LLM API: DeepSeek-V3 and everything current. */
  LLMAPI,
  /** TensorRT-LLM's own C++ backend, up to 1.2, with an engine that was built ahead. */
  EXECUTOR
}
