package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.EngineStartException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/**
 * The KV cache of a model's parallel sequences and one reusable batch. Used by one thread at a time; its memory is
 * allocated once, so that a decoding step allocates nothing off the heap.
 */
final class LlamaContext implements AutoCloseable {

  private static final int UNKNOWN_THREADS = -1;

  private final LlamaLibrary library;
  private final MemorySegment pointer;
  private final MemorySegment memory;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment batch;
  private final MemorySegment tokens;
  private final MemorySegment positions;
  private final MemorySegment sequences;
  private final MemorySegment outputs;
  private final int room;
  private final int contextLength;
  private final int vocabularySize;
  private int size;
  private int threads = UNKNOWN_THREADS;

  /**
   * @param contextLength tokens each sequence can hold
   * @param batchTokens most tokens of one decoding step
   */
  LlamaContext(LlamaModel model, int vocabularySize, int parallel, int contextLength, int batchTokens) {
    this.library = model.library;
    this.room = batchTokens;
    this.vocabularySize = vocabularySize;
    this.pointer = init(model, parallel, contextLength, batchTokens);
    this.memory = library.contextMemory.callPointer(pointer);
    this.contextLength = Math.min(contextLength, library.contextLengthPerSequence.callInt(pointer));
    this.batch = arena.allocate(LlamaLayouts.BATCH);
    this.tokens = arena.allocate(ValueLayout.JAVA_INT, batchTokens);
    this.positions = arena.allocate(ValueLayout.JAVA_INT, batchTokens);
    this.sequences = arena.allocate(ValueLayout.JAVA_INT, batchTokens);
    this.outputs = arena.allocate(batchTokens);
    fillBatch(batchTokens);
  }

  private static MemorySegment init(LlamaModel model, int parallel, int contextLength, int batchTokens) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment parameters = model.library.contextDefaults.callPointer((SegmentAllocator) local);
      set(parameters, "n_ctx", Math.multiplyExact(contextLength, parallel));
      set(parameters, "n_batch", batchTokens);
      set(parameters, "n_ubatch", batchTokens);
      set(parameters, "n_seq_max", parallel);
      // One token of each sequence is sampled per step; room for more logits would cost vocabulary × batch floats.
      set(parameters, "n_outputs_max", parallel);
      MemorySegment pointer = model.library.contextInit.callPointer(model.pointer, parameters);
      if (pointer.equals(MemorySegment.NULL)) {
        throw new EngineStartException(
            "llama.cpp cannot set up " + parallel + " sequences of " + contextLength
                + " tokens: the lines above say why; try a smaller --context or --parallel");
      }
      return pointer;
    }
  }

  private static void set(MemorySegment parameters, String field, int value) {
    parameters.set(ValueLayout.JAVA_INT, LlamaLayouts.offset(LlamaLayouts.CONTEXT_PARAMS, field), value);
  }

  private void fillBatch(int batchTokens) {
    MemorySegment sequenceCounts = arena.allocate(ValueLayout.JAVA_INT, batchTokens);
    MemorySegment sequencePointers = arena.allocate(ValueLayout.ADDRESS, batchTokens);
    for (int i = 0; i < batchTokens; i++) {
      sequenceCounts.setAtIndex(ValueLayout.JAVA_INT, i, 1);
      sequencePointers.setAtIndex(ValueLayout.ADDRESS, i, sequences.asSlice(i * 4L, 4));
    }
    setPointer("token", tokens);
    setPointer("pos", positions);
    setPointer("n_seq_id", sequenceCounts);
    setPointer("seq_id", sequencePointers);
    setPointer("logits", outputs);
  }

  private void setPointer(String field, MemorySegment value) {
    batch.set(ValueLayout.ADDRESS, LlamaLayouts.offset(LlamaLayouts.BATCH, field), value);
  }

  int contextLength() {
    return contextLength;
  }

  int batchRoom() {
    return room - size;
  }

  void clearBatch() {
    size = 0;
  }

  /** Adds one token and returns its place in the batch, by which its logits are asked for. */
  int add(int token, int position, int sequence, boolean output) {
    tokens.setAtIndex(ValueLayout.JAVA_INT, size, token);
    positions.setAtIndex(ValueLayout.JAVA_INT, size, position);
    sequences.setAtIndex(ValueLayout.JAVA_INT, size, sequence);
    outputs.set(ValueLayout.JAVA_BYTE, size, (byte) (output ? 1 : 0));
    return size++;
  }

  /** Computes the batch; 0 is success, anything else the library's own code. */
  int decode(int threadCount) {
    batch.set(ValueLayout.JAVA_INT, 0, size);
    try {
      if (threadCount != threads) {
        library.setThreads.handle().invokeExact(pointer, threadCount, threadCount);
        threads = threadCount;
      }
      return (int) library.decode.handle().invokeExact(pointer, batch);
    } catch (Throwable e) {
      throw NativeFunction.broken(e);
    }
  }

  /** Copies the logits of one place of the last batch. */
  void logits(int place, float[] into) {
    try {
      MemorySegment row = (MemorySegment) library.logits.handle().invokeExact(pointer, place);
      if (row.equals(MemorySegment.NULL)) {
        throw new IllegalStateException("place " + place + " of the batch has no logits");
      }
      MemorySegment.copy(row.reinterpret(vocabularySize * 4L), ValueLayout.JAVA_FLOAT, 0, into, 0,
          vocabularySize);
    } catch (Throwable e) {
      throw NativeFunction.broken(e);
    }
  }

  /** Forgets a sequence from a position on; false if the model can only forget all of it. */
  boolean forget(int sequence, int fromPosition) {
    return library.memoryRemove.callBoolean(memory, sequence, fromPosition, -1);
  }

  /** Makes one sequence's cache a copy of another's; takes effect with the next step. */
  void copy(int from, int to) {
    library.memoryCopy.call(memory, from, to, -1, -1);
  }

  void forgetAll() {
    library.memoryClear.call(memory, true);
  }

  @Override
  public void close() {
    library.contextFree.call(pointer);
    arena.close();
  }
}
