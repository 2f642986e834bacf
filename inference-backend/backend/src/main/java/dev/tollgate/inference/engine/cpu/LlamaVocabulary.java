package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.EngineStartException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A model's tokens. The bytes and kinds of all of them are read once, so that turning tokens into text costs no
 * native call. Safe for use by any thread.
 */
final class LlamaVocabulary {

  private static final int UNKNOWN = 1;
  private static final int CONTROL = 1 << 3;
  private static final int STRIPS_LEFT = 1 << 8;
  private static final int STRIPS_RIGHT = 1 << 9;

  /** A token that only templates may write. */
  record Special(int id, String text, boolean stripsLeft, boolean stripsRight) {}

  private final LlamaLibrary library;
  private final MemorySegment pointer;
  private final int size;
  private final byte[] bytes;
  private final int[] starts;
  private final BitSet ends = new BitSet();
  private final BitSet controls = new BitSet();
  private final BitSet endings;
  private final List<Special> specials = new ArrayList<>();
  private final int start;

  LlamaVocabulary(LlamaModel model) {
    this.library = model.library;
    this.pointer = library.modelVocabulary.callPointer(model.pointer);
    this.size = library.vocabularySize.callInt(pointer);
    this.starts = new int[size + 1];
    this.bytes = readTokens();
    this.endings = (BitSet) ends.clone();
    endings.or(controls);
    specials.sort(Comparator.comparingInt((Special special) -> special.text().length()).reversed());
    this.start = library.vocabularyAddsStart.callBoolean(pointer) ? library.vocabularyStart.callInt(pointer)
        : -1;
  }

  int size() {
    return size;
  }

  /** The token that begins every prompt, -1 if none does. */
  int start() {
    return start;
  }

  /** Whether the model ends its answer with this token. */
  boolean isEnd(int token) {
    return ends.get(token);
  }

  /** Visits every token after which nothing of an answer may stand: end tokens and control tokens. */
  void forEachEnding(IntConsumer visitor) {
    for (int token = endings.nextSetBit(0); token >= 0; token = endings.nextSetBit(token + 1)) {
      visitor.accept(token);
    }
  }

  boolean isControl(int token) {
    return controls.get(token);
  }

  /** Longest text first. */
  List<Special> specials() {
    return specials;
  }

  boolean contains(int token) {
    return token >= 0 && token < size;
  }

  /** Where the bytes of a token's text lie in {@link #text()}; control tokens have none. */
  int textStart(int token) {
    return starts[token];
  }

  int textEnd(int token) {
    return starts[token + 1];
  }

  /** The texts of all tokens, one after the other; callers do not write into it. */
  byte[] text() {
    return bytes;
  }

  /** Ids of plain text: nothing is added, and names of control tokens are text like any other. */
  int[] tokenize(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length == 0) {
      return new int[0];
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment input = arena.allocateFrom(ValueLayout.JAVA_BYTE, utf8);
      int room = utf8.length + 2;
      while (true) {
        MemorySegment ids = arena.allocate(ValueLayout.JAVA_INT, room);
        int count = library.tokenize.callInt(pointer, input, utf8.length, ids, room, false, false);
        if (count >= 0) {
          return ids.asSlice(0, count * 4L).toArray(ValueLayout.JAVA_INT);
        }
        if (count == Integer.MIN_VALUE) {
          throw new IllegalStateException("the text has too many tokens to count");
        }
        room = -count;
      }
    }
  }

  /** The native grammar sampler for these tokens; NULL if the grammar cannot be parsed. */
  MemorySegment grammar(MemorySegment text, MemorySegment root) {
    return library.grammarInit.callPointer(pointer, text, root);
  }

  private byte[] readTokens() {
    ByteArrayOutputStream all = new ByteArrayOutputStream(size * 8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment piece = arena.allocate(1 << 16);
      for (int token = 0; token < size; token++) {
        int kind = (int) library.vocabularyAttributes.handle().invokeExact(pointer, token);
        if ((boolean) library.vocabularyIsEnd.handle().invokeExact(pointer, token)) {
          ends.set(token);
        }
        if ((kind & (CONTROL | UNKNOWN)) != 0) {
          addSpecial(token, kind, new String(piece(token, piece, true), StandardCharsets.UTF_8));
        } else {
          all.writeBytes(piece(token, piece, false));
        }
        starts[token + 1] = all.size();
      }
    } catch (Throwable e) {
      throw NativeFunction.broken(e);
    }
    return all.toByteArray();
  }

  private void addSpecial(int token, int kind, String text) {
    controls.set(token);
    if (!text.isEmpty()) {
      specials.add(new Special(token, text, (kind & STRIPS_LEFT) != 0, (kind & STRIPS_RIGHT) != 0));
    }
  }

  private byte[] piece(int token, MemorySegment buffer, boolean special) throws Throwable {
    int length = (int) library.tokenToPiece.handle()
        .invokeExact(pointer, token, buffer, (int) buffer.byteSize(), 0, special);
    if (length < 0) {
      throw new EngineStartException("token " + token + " of the model has a text longer than 64 KiB");
    }
    return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }
}
