package dev.tollgate.inference.engine.cpu;

import static dev.tollgate.inference.engine.cpu.NativeFunction.BOOL;
import static dev.tollgate.inference.engine.cpu.NativeFunction.INT;
import static dev.tollgate.inference.engine.cpu.NativeFunction.LONG;
import static dev.tollgate.inference.engine.cpu.NativeFunction.POINTER;

import dev.tollgate.inference.engine.EngineStartException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libllama that this engine calls. Opened once per process and never closed: the library keeps
 * global state. Every pointer in here is raw; {@link LlamaModel}, {@link LlamaVocabulary} and {@link LlamaContext}
 * own them.
 */
public final class LlamaLibrary {

  private static final String LLAMA = "libllama.v0.5.0.so";
  private static final String GGML = "libggml.v0.5.0.so";
  private static final String VERSION = "0.5.0";

  private final SymbolLookup llama;
  private final SymbolLookup ggml;
  final String version;

  final NativeFunction modelDefaults;
  final NativeFunction modelLoad;
  final NativeFunction modelFree;
  final NativeFunction modelVocabulary;
  final NativeFunction modelContextLength;
  final NativeFunction modelParameters;
  final NativeFunction modelBytes;
  final NativeFunction modelHasEncoder;
  final NativeFunction modelIsRecurrent;
  final NativeFunction modelIsHybrid;
  final NativeFunction modelIsDiffusion;
  final NativeFunction modelChatTemplate;

  final NativeFunction vocabularySize;
  final NativeFunction vocabularyAttributes;
  final NativeFunction vocabularyIsEnd;
  final NativeFunction vocabularyStart;
  final NativeFunction vocabularyAddsStart;
  final NativeFunction tokenToPiece;
  final NativeFunction tokenize;
  final NativeFunction applyChatTemplate;

  final NativeFunction contextDefaults;
  final NativeFunction contextInit;
  final NativeFunction contextFree;
  final NativeFunction contextMemory;
  final NativeFunction contextLengthPerSequence;
  final NativeFunction setThreads;
  final NativeFunction decode;
  final NativeFunction logits;
  final NativeFunction memoryClear;
  final NativeFunction memoryRemove;
  final NativeFunction memoryCopy;

  final NativeFunction grammarInit;
  final NativeFunction samplerApply;
  final NativeFunction samplerAccept;
  final NativeFunction samplerFree;

  private LlamaLibrary(Path directory) {
    this.llama = lookup(directory.resolve(LLAMA));
    this.ggml = lookup(directory.resolve(GGML));
    modelDefaults = llama("llama_model_default_params", LlamaLayouts.MODEL_PARAMS);
    modelLoad = llama("llama_model_load_from_file", POINTER, POINTER, LlamaLayouts.MODEL_PARAMS);
    modelFree = llama("llama_model_free", null, POINTER);
    modelVocabulary = llama("llama_model_get_vocab", POINTER, POINTER);
    modelContextLength = llama("llama_model_n_ctx_train", INT, POINTER);
    modelParameters = llama("llama_model_n_params", LONG, POINTER);
    modelBytes = llama("llama_model_size", LONG, POINTER);
    modelHasEncoder = llama("llama_model_has_encoder", BOOL, POINTER);
    modelIsRecurrent = llama("llama_model_is_recurrent", BOOL, POINTER);
    modelIsHybrid = llama("llama_model_is_hybrid", BOOL, POINTER);
    modelIsDiffusion = llama("llama_model_is_diffusion", BOOL, POINTER);
    modelChatTemplate = llama("llama_model_chat_template", POINTER, POINTER, POINTER);
    vocabularySize = llama("llama_vocab_n_tokens", INT, POINTER);
    vocabularyAttributes = llama("llama_vocab_get_attr", INT, POINTER, INT);
    vocabularyIsEnd = llama("llama_vocab_is_eog", BOOL, POINTER, INT);
    vocabularyStart = llama("llama_vocab_bos", INT, POINTER);
    vocabularyAddsStart = llama("llama_vocab_get_add_bos", BOOL, POINTER);
    tokenToPiece = llama("llama_token_to_piece", INT, POINTER, INT, POINTER, INT, INT, BOOL);
    tokenize = llama("llama_tokenize", INT, POINTER, POINTER, INT, POINTER, INT, BOOL, BOOL);
    applyChatTemplate = llama("llama_chat_apply_template", INT, POINTER, POINTER, LONG, BOOL, POINTER, INT);
    contextDefaults = llama("llama_context_default_params", LlamaLayouts.CONTEXT_PARAMS);
    contextInit = llama("llama_init_from_model", POINTER, POINTER, LlamaLayouts.CONTEXT_PARAMS);
    contextFree = llama("llama_free", null, POINTER);
    contextMemory = llama("llama_get_memory", POINTER, POINTER);
    contextLengthPerSequence = llama("llama_n_ctx_seq", INT, POINTER);
    setThreads = llama("llama_set_n_threads", null, POINTER, INT, INT);
    decode = llama("llama_decode", INT, POINTER, LlamaLayouts.BATCH);
    logits = llama("llama_get_logits_ith", POINTER, POINTER, INT);
    memoryClear = llama("llama_memory_clear", null, POINTER, BOOL);
    memoryRemove = llama("llama_memory_seq_rm", BOOL, POINTER, INT, INT, INT);
    memoryCopy = llama("llama_memory_seq_cp", null, POINTER, INT, INT, INT, INT);
    grammarInit = llama("llama_sampler_init_grammar", POINTER, POINTER, POINTER, POINTER);
    samplerApply = llama("llama_sampler_apply", null, POINTER, POINTER);
    samplerAccept = llama("llama_sampler_accept", null, POINTER, INT);
    samplerFree = llama("llama_sampler_free", null, POINTER);
    this.version = checkVersion();
  }

  /**
   * Opens and initialises the libraries of a directory.
   *
   * @throws EngineStartException if they are missing, of another version or do not run on this processor
   */
  public static LlamaLibrary open(Path directory) {
    LlamaLibrary library = new LlamaLibrary(directory.toAbsolutePath());
    library.initialize(directory.toAbsolutePath());
    return library;
  }

  public String version() {
    return version;
  }

  private static SymbolLookup lookup(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new EngineStartException(
          "there is no " + file + ": set --native-dir to the backend's native directory");
    }
    try {
      return SymbolLookup.libraryLookup(file, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new EngineStartException(
          file + " cannot be loaded on this machine (Linux x86-64 with glibc is needed): "
              + e.getMessage());
    }
  }

  private NativeFunction llama(String name, @Nullable MemoryLayout result, MemoryLayout... arguments) {
    return NativeFunction.find(llama, name, result, arguments);
  }

  private String checkVersion() {
    String found = llama("llama_version", POINTER).callString();
    if (found == null || !found.startsWith(VERSION)) {
      throw new EngineStartException(
          "the native library is llama.cpp " + found + ", this backend was built for " + VERSION
              + "; build it again");
    }
    try (Arena arena = Arena.ofConfined()) {
      LlamaLayouts.checkModelDefaults(modelDefaults.callPointer((SegmentAllocator) arena));
      LlamaLayouts.checkContextDefaults(contextDefaults.callPointer((SegmentAllocator) arena));
    }
    return found;
  }

  private void initialize(Path directory) {
    llama("llama_log_set", null, POINTER, POINTER).call(LlamaLog.callback(), MemorySegment.NULL);
    try (Arena arena = Arena.ofConfined()) {
      // The best variant for this processor is chosen here, from this directory alone.
      NativeFunction.find(ggml, "ggml_backend_load_all_from_path", null, POINTER)
          .call(arena.allocateFrom(directory.toString()));
    }
    if (NativeFunction.find(ggml, "ggml_backend_dev_count", LONG).callLong() == 0) {
      throw new EngineStartException("no libggml-cpu variant in " + directory + " runs on this processor");
    }
    llama("llama_backend_init", null).call();
  }
}
