package dev.tollgate.inference.engine.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears the native libraries' log lines, on whatever thread they come, and passes warnings and errors on. */
final class LlamaLog {

  private static final Logger log = LoggerFactory.getLogger("llama.cpp");
  private static final int LEVEL_INFO = 2;
  private static final int LEVEL_WARN = 3;
  private static final int LEVEL_ERROR = 4;
  private static final long LONGEST_LINE = 4096;

  private LlamaLog() {}

  /** The function pointer to hand to {@code llama_log_set}; it lives as long as the process. */
  static MemorySegment callback() {
    try {
      var target = MethodHandles.lookup().findStatic(LlamaLog.class, "accept",
          MethodType.methodType(void.class, int.class, MemorySegment.class, MemorySegment.class));
      return Linker.nativeLinker().upcallStub(target,
          FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
          Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An exception that left this method would end the process, so none does. */
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
  private static void accept(int level, MemorySegment text, MemorySegment userData) {
    try {
      if (level < LEVEL_WARN && !log.isDebugEnabled()) {
        return;
      }
      String line = text.reinterpret(LONGEST_LINE).getString(0).strip();
      switch (level) {
        case LEVEL_ERROR -> log.error("{}", line);
        case LEVEL_WARN -> log.warn("{}", line);
        case LEVEL_INFO -> log.debug("{}", line);
        default -> log.trace("{}", line);
      }
    } catch (Throwable _) {
      // A lost log line is the lesser evil.
    }
  }
}
