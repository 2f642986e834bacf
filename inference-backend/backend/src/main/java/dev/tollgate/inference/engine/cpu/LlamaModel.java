package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.EngineStartException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A loaded model; owns the native weights. */
final class LlamaModel implements AutoCloseable {

  final LlamaLibrary library;
  final MemorySegment pointer;

  private LlamaModel(LlamaLibrary library, MemorySegment pointer) {
    this.library = library;
    this.pointer = pointer;
  }

  /** Loads a file that {@link dev.tollgate.inference.engine.gguf.GgufFile#readModel} has passed. */
  static LlamaModel load(LlamaLibrary library, Path file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = library.modelDefaults.callPointer((SegmentAllocator) arena);
      parameters.set(NativeFunction.INT, LlamaLayouts.offset(LlamaLayouts.MODEL_PARAMS, "n_gpu_layers"), 0);
      // Repacked weights abort the process on processors with matrix tiles (AMX), where latent attention's tensors have
      // no operation for them; they also make the result of a row depend on how many rows are computed with it.
      parameters.set(ValueLayout.JAVA_BOOLEAN,
          LlamaLayouts.offset(LlamaLayouts.MODEL_PARAMS, "use_extra_bufts"), false);
      MemorySegment pointer = library.modelLoad.callPointer(arena.allocateFrom(file.toString()), parameters);
      if (pointer.equals(MemorySegment.NULL)) {
        throw new EngineStartException("llama.cpp cannot load " + file
            + ": the lines above say why; its architecture may be newer than this backend");
      }
      LlamaModel model = new LlamaModel(library, pointer);
      model.checkGeneratesText(file);
      return model;
    }
  }

  private void checkGeneratesText(Path file) {
    if (library.modelHasEncoder.callBoolean(pointer) || library.modelIsDiffusion.callBoolean(pointer)) {
      close();
      throw new EngineStartException(file + " is not a decoder-only model; this engine runs no other kind");
    }
  }

  int trainedContextLength() {
    return library.modelContextLength.callInt(pointer);
  }

  long parameters() {
    return library.modelParameters.callLong(pointer);
  }

  long bytes() {
    return library.modelBytes.callLong(pointer);
  }

  /** Whether part of a sequence's state can be dropped or copied; recurrent models only know the whole. */
  boolean cachesByPosition() {
    return !library.modelIsRecurrent.callBoolean(pointer) && !library.modelIsHybrid.callBoolean(pointer);
  }

  /** The Jinja text of the chat template in the file, null if it has none. */
  @Nullable
  String chatTemplate() {
    return library.modelChatTemplate.callString(pointer, MemorySegment.NULL);
  }

  @Override
  public void close() {
    library.modelFree.call(pointer);
  }
}
