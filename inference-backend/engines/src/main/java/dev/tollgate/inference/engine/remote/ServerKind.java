package dev.tollgate.inference.engine.remote;

/**
 * What kind of server is spoken to. The first three take token ids and give token ids; a vendor takes conversations
 * and lists its tokens as log probabilities.
 */
enum ServerKind {
  VLLM(true, true), SGLANG(true, true), TRTLLM_SERVE(true, false), OPENAI(false, false);

  private final boolean takesIds;
  private final boolean takesSalt;

  ServerKind(boolean takesIds, boolean takesSalt) {
    this.takesIds = takesIds;
    this.takesSalt = takesSalt;
  }

  /** Whether prompts go there as token ids, so that an answer can also be gone on with. */
  boolean takesIds() {
    return takesIds;
  }

  /** Whether it keeps the caches of tenants apart. */
  boolean takesSalt() {
    return takesSalt;
  }

  String path() {
    return takesIds ? "completions" : "chat/completions";
  }
}
