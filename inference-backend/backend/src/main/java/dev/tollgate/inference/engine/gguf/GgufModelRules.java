package dev.tollgate.inference.engine.gguf;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the metadata of a text model must say, checked before native code relies on it. */
final class GgufModelRules {

  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final List<String> PER_TOKEN = List.of("tokenizer.ggml.token_type", "tokenizer.ggml.scores");
  private static final List<String> TOKEN_IDS = List.of("bos_token_id", "eos_token_id", "eot_token_id",
      "eom_token_id", "unknown_token_id", "padding_token_id");
  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,9})\\..*");

  private final GgufFile file;

  GgufModelRules(GgufFile file) {
    this.file = file;
  }

  void check() throws GgufException {
    String architecture = file.string("general.architecture")
        .filter(name -> name.matches("[a-z0-9_-]{1,64}"))
        .orElseThrow(() -> missing("general.architecture"));
    between(architecture + ".context_length", 1, 1 << 30);
    between(architecture + ".embedding_length", 1, 1 << 20);
    long blocks = between(architecture + ".block_count", 1, 4096);
    if (file.array(architecture + ".attention.head_count").isEmpty()
        && file.has(architecture + ".attention.head_count")) {
      between(architecture + ".attention.head_count", 0, 1 << 16);
    }
    checkVocabulary();
    checkBlocks(blocks);
  }

  private void checkVocabulary() throws GgufException {
    if (file.string("tokenizer.ggml.model").isEmpty()) {
      throw missing("tokenizer.ggml.model");
    }
    int tokens = file.array(TOKENS).filter(GgufArray::ofStrings).map(GgufArray::length).orElse(0);
    if (tokens < 2 || tokens > 1 << 22) {
      throw new GgufException(
          TOKENS + " must list 2 to 4194304 tokens: use a model file that holds its tokenizer");
    }
    for (String key : PER_TOKEN) {
      if (file.has(key) && file.array(key).map(GgufArray::length).orElse(-1) != tokens) {
        throw new GgufException(
            key + " must have one entry for each of " + tokens + " tokens: the file is damaged");
      }
    }
    for (String name : TOKEN_IDS) {
      String key = "tokenizer.ggml." + name;
      // All ones is how converters write "none".
      if (file.has(key) && file.integer(key).orElse(-1L) != 0xffffffffL) {
        between(key, 0, tokens - 1L);
      }
    }
    for (GgufTensor tensor : file.tensors()) {
      if (tensor.name().equals("token_embd.weight")
          && (tensor.dimensions().size() != 2 || tensor.dimensions().get(1) < tokens)) {
        throw new GgufException(
            "token_embd.weight has no row for each of " + tokens + " tokens: the file is damaged");
      }
    }
  }

  private void checkBlocks(long blocks) throws GgufException {
    for (GgufTensor tensor : file.tensors()) {
      Matcher name = BLOCK.matcher(tensor.name());
      if (name.matches() && Long.parseLong(name.group(1)) >= blocks) {
        throw new GgufException(
            "tensor " + tensor.name() + " lies beyond the " + blocks + " blocks of the model");
      }
    }
  }

  private long between(String key, long least, long most) throws GgufException {
    long value = file.integer(key).orElseThrow(() -> missing(key));
    if (value < least || value > most) {
      throw new GgufException(
          key + " is " + value + ", it must lie from " + least + " to " + most + ": the file is damaged");
    }
    return value;
  }

  private static GgufException missing(String key) {
    return new GgufException("metadata key " + key + " is missing or of the wrong type: "
        + "this is not a text model that llama.cpp can run");
  }
}
