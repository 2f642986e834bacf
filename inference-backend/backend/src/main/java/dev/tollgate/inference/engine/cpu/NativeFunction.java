package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.EngineStartException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * One C function. The calls here box their arguments, which is fine off the per-token path; the per-token path calls
 * {@link #handle()} exactly.
 */
record NativeFunction(String name, MethodHandle handle) {

  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  static final ValueLayout.OfBoolean BOOL = ValueLayout.JAVA_BOOLEAN;
  static final ValueLayout POINTER = ValueLayout.ADDRESS;

  static NativeFunction find(SymbolLookup library, String name, @Nullable MemoryLayout result,
      MemoryLayout... arguments) {
    MemorySegment symbol = library.find(name)
        .orElseThrow(() -> new EngineStartException("the native libraries have no function " + name
            + ": they are of another version than this backend was built for; build it again"));
    FunctionDescriptor descriptor = result == null
        ? FunctionDescriptor.ofVoid(arguments)
        : FunctionDescriptor.of(result, arguments);
    return new NativeFunction(name, Linker.nativeLinker().downcallHandle(symbol, descriptor));
  }

  @Nullable
  Object call(Object... arguments) {
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  int callInt(Object... arguments) {
    return (int) answer(arguments);
  }

  long callLong(Object... arguments) {
    return (long) answer(arguments);
  }

  boolean callBoolean(Object... arguments) {
    return (boolean) answer(arguments);
  }

  MemorySegment callPointer(Object... arguments) {
    return (MemorySegment) answer(arguments);
  }

  /** A NUL-terminated string that the library owns; null where it answers NULL. */
  @Nullable
  String callString(Object... arguments) {
    MemorySegment text = callPointer(arguments);
    return text.equals(MemorySegment.NULL) ? null : text.reinterpret(Long.MAX_VALUE).getString(0);
  }

  private Object answer(Object... arguments) {
    Object result = call(arguments);
    if (result == null) {
      throw new IllegalStateException(name + " answers nothing");
    }
    return result;
  }

  /** Java code cannot fail inside a native call but by a wrong signature: a fault of this program. */
  static IllegalStateException broken(Throwable cause) {
    return new IllegalStateException("a native call failed", cause);
  }
}
