package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.RequestRefusedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How far an answer has come in its grammar. Used by one thread at a time. A token is only ever accepted after it was
 * found to be allowed: the library ends the process over one that is not.
 */
final class GrammarConstraint implements AutoCloseable {

  private static final int MOST_BYTES = 256 * 1024;
  private static final int DEEPEST_NESTING = 64;

  private final LlamaLibrary library;
  private final LlamaVocabulary vocabulary;
  private final MemorySegment sampler;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment one = arena.allocate(LlamaLayouts.TOKEN_DATA);
  private final MemorySegment candidates = arena.allocate(LlamaLayouts.TOKEN_DATA_ARRAY);
  private final long step = LlamaLayouts.TOKEN_DATA.byteSize();
  private boolean closed;

  private GrammarConstraint(LlamaLibrary library, LlamaVocabulary vocabulary, MemorySegment sampler) {
    this.library = library;
    this.vocabulary = vocabulary;
    this.sampler = sampler;
  }

  /**
   * @param gbnf a grammar whose start rule is called root
   * @throws RequestRefusedException if it cannot be parsed or is out of bounds
   */
  static GrammarConstraint parse(LlamaLibrary library, LlamaVocabulary vocabulary, String gbnf)
      throws RequestRefusedException {
    checkBounds(gbnf);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sampler = vocabulary.grammar(arena.allocateFrom(gbnf), arena.allocateFrom("root"));
      if (sampler.equals(MemorySegment.NULL)) {
        throw RequestRefusedException
            .invalid("the grammar cannot be parsed: it must be GBNF, define a rule named "
                + "root, define every rule it uses, and have no left recursion");
      }
      return new GrammarConstraint(library, vocabulary, sampler);
    }
  }

  /** The parser is recursive and expands repetitions, so what it gets must be small and flat. */
  private static void checkBounds(String gbnf) throws RequestRefusedException {
    if (gbnf.isBlank() || gbnf.length() > MOST_BYTES || gbnf.indexOf('\0') >= 0) {
      throw RequestRefusedException.invalid("a grammar must have 1 to " + MOST_BYTES + " characters");
    }
    int depth = 0;
    for (int i = 0; i < gbnf.length(); i++) {
      char c = gbnf.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth > DEEPEST_NESTING) {
        throw RequestRefusedException
            .invalid("a grammar may nest parentheses " + DEEPEST_NESTING + " deep at most");
      }
    }
  }

  boolean allows(int token) {
    if (vocabulary.isControl(token) && !vocabulary.isEnd(token)) {
      return false;
    }
    one.set(ValueLayout.JAVA_INT, 0, token);
    one.set(ValueLayout.JAVA_FLOAT, 4, 1f);
    apply(one, 1);
    return one.get(ValueLayout.JAVA_FLOAT, 4) > 0;
  }

  /** Sets the score of every token that is not allowed to negative infinity. */
  void mask(float[] logits) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment all = local.allocate(LlamaLayouts.TOKEN_DATA, logits.length);
      for (int token = 0; token < logits.length; token++) {
        all.set(ValueLayout.JAVA_INT, token * step, token);
        all.set(ValueLayout.JAVA_FLOAT, token * step + 4, 1f);
      }
      apply(all, logits.length);
      for (int token = 0; token < logits.length; token++) {
        if (!(all.get(ValueLayout.JAVA_FLOAT, token * step + 4) > 0)
            || (vocabulary.isControl(token) && !vocabulary.isEnd(token))) {
          logits[token] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }

  /** Goes on by one token that {@link #allows} has passed. */
  void accept(int token) {
    try {
      library.samplerAccept.handle().invokeExact(sampler, token);
    } catch (Throwable e) {
      throw NativeFunction.broken(e);
    }
  }

  private void apply(MemorySegment data, long count) {
    candidates.set(ValueLayout.ADDRESS, 0, data);
    candidates.set(ValueLayout.JAVA_LONG, 8, count);
    candidates.set(ValueLayout.JAVA_LONG, 16, -1);
    candidates.set(ValueLayout.JAVA_BYTE, 24, (byte) 0);
    try {
      library.samplerApply.handle().invokeExact(sampler, candidates);
    } catch (Throwable e) {
      throw NativeFunction.broken(e);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      library.samplerFree.call(sampler);
      arena.close();
    }
  }
}
