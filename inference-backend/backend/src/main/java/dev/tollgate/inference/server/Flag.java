package dev.tollgate.inference.server;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The flags of the backend. Each can also be given as an environment variable; the flag wins. */
enum Flag {
  MODEL("NAME=PATH", "",
      "a model to serve: a GGUF file, or a .json file that configures another engine; may be repeated (in the environment: separated by commas)"),
  NATIVE_DIR("DIR", "", "directory of llama.cpp's libraries; needed for GGUF models"),
  HOST("ADDRESS", "127.0.0.1", "address to listen on"),
  PORT("N", "0", "port to listen on; 0 takes a free one"),
  PORT_FILE("FILE", "", "file that gets the port once the backend can serve"),
  PARALLEL("N", "8", "sequences generated side by side, per model (1 to 256)"),
  CONTEXT("TOKENS", "0",
      "tokens of prompt and answer per sequence; 0: what the model was trained for, 4096 at most"),
  BATCH_TOKENS("N", "512", "most tokens computed in one step"),
  PREFILL_TOKENS("N", "128", "most prompt tokens in a step that also carries running answers"),
  THREADS("N", "0",
      "threads for steps without prompt tokens; 0: 1 for small models, else the cores, 4 at most"),
  BATCH_THREADS("N", "0", "threads for steps with prompt tokens; 0: as for --threads"),
  QUEUE("N", "256", "requests that may wait, per model"),
  PAUSE_LIMIT("DURATION", "10s", "longest wait for a grant"),
  STALL_LIMIT("DURATION", "60s", "longest wait for a reader that does not take its tokens"),
  DRAIN_LIMIT("DURATION", "20s", "longest time that running answers get after SIGTERM"),
  CHAT_TEMPLATE("NAME", "", "llama.cpp's name of a built-in template to use instead of the model's"),
  CONTROL_TOKENS("end|skip", "end",
      "whether any control token ends an answer, or only the model's end tokens"),
  PARENT_PID("PID", "", "process whose end is this one's end"),
  WATCH_STDIN("true|false", "false", "whether the end of standard input is this process's end");

  private static final String PREFIX = "TOLLGATE_BACKEND_";

  private final String placeholder;
  private final String fallback;
  private final String help;

  Flag(String placeholder, String fallback, String help) {
    this.placeholder = placeholder;
    this.fallback = fallback;
    this.help = help;
  }

  String flag() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String variable() {
    return PREFIX + name();
  }

  String placeholder() {
    return placeholder;
  }

  String fallback() {
    return fallback;
  }

  static Optional<Flag> of(String text) {
    return Arrays.stream(values()).filter(flag -> flag.flag().equals(text)).findFirst();
  }

  static String usage() {
    return "usage: BackendMain --native-dir DIR --model NAME=PATH [flags]\n\n"
        + Arrays.stream(values()).map(Flag::line).collect(Collectors.joining("\n"))
        + "\n  --help\n\nEach flag can be an environment variable: " + PORT.flag() + " is " + PORT.variable()
        + ".";
  }

  private String line() {
    String suffix = fallback.isEmpty() ? "" : " (default " + fallback + ")";
    return String.format(Locale.ROOT, "  %-28s %s%s", flag() + " " + placeholder, help, suffix);
  }
}
