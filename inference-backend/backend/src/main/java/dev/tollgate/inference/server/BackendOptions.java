package dev.tollgate.inference.server;

import dev.tollgate.inference.engine.cpu.CpuSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the command line and the environment say. */
record BackendOptions(Map<String, Path> models, Path nativeDirectory, String host, int port,
    @Nullable Path portFile, CpuSettings settings, Duration drainLimit, OptionalLong parentPid,
    boolean watchStdin) {

  private static final Pattern MODEL_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");
  private static final int MOST_THREADS = 512;

  /**
   * Reads arguments and environment.
   *
   * @throws OptionsException if a flag is unknown, lacks its value, or has one that cannot be
   */
  static BackendOptions parse(List<String> arguments, Map<String, String> environment)
      throws OptionsException {
    return new Values(arguments, environment).options();
  }

  private static final class Values {

    private final Map<Flag, List<String>> given = new EnumMap<>(Flag.class);

    Values(List<String> arguments, Map<String, String> environment) throws OptionsException {
      for (int i = 0; i < arguments.size(); i += 2) {
        String name = arguments.get(i);
        Flag flag = Flag.of(name)
            .orElseThrow(() -> new OptionsException("unknown flag " + name + "; --help lists the flags"));
        if (i + 1 == arguments.size()) {
          throw new OptionsException(name + " needs a value: " + name + " " + flag.placeholder());
        }
        given.computeIfAbsent(flag, _ -> new ArrayList<>()).add(arguments.get(i + 1));
      }
      for (Flag flag : Flag.values()) {
        String value = environment.get(flag.variable());
        if (value != null && !value.isEmpty()) {
          given.putIfAbsent(flag, flag == Flag.MODEL ? Arrays.asList(value.split(",")) : List.of(value));
        }
      }
    }

    BackendOptions options() throws OptionsException {
      CpuSettings settings = new CpuSettings(number(Flag.PARALLEL, 1, 256), number(Flag.CONTEXT, 0, 1 << 24),
          number(Flag.BATCH_TOKENS, 1, 8192), number(Flag.PREFILL_TOKENS, 1, 8192),
          number(Flag.THREADS, 0, MOST_THREADS), number(Flag.BATCH_THREADS, 0, MOST_THREADS),
          number(Flag.QUEUE, 0, 65_536), duration(Flag.PAUSE_LIMIT), duration(Flag.STALL_LIMIT),
          text(Flag.CHAT_TEMPLATE).isEmpty() ? null : text(Flag.CHAT_TEMPLATE),
          oneOf(Flag.CONTROL_TOKENS, "end", "skip").equals("end"));
      String portFile = text(Flag.PORT_FILE);
      Map<String, Path> models = models();
      boolean needsLibraries = !models.values().stream().allMatch(Engines::isConfiguration);
      String nativeDirectory = needsLibraries ? required(Flag.NATIVE_DIR) : text(Flag.NATIVE_DIR);
      return new BackendOptions(models, Path.of(nativeDirectory), text(Flag.HOST),
          number(Flag.PORT, 0, 65_535), portFile.isEmpty() ? null : Path.of(portFile).toAbsolutePath(),
          settings,
          duration(Flag.DRAIN_LIMIT),
          text(Flag.PARENT_PID).isEmpty() ? OptionalLong.empty()
              : OptionalLong.of(number(Flag.PARENT_PID, 1, 1 << 30)),
          oneOf(Flag.WATCH_STDIN, "true", "false").equals("true"));
    }

    private Map<String, Path> models() throws OptionsException {
      required(Flag.MODEL);
      Map<String, Path> models = new LinkedHashMap<>();
      for (String model : given.getOrDefault(Flag.MODEL, List.of())) {
        int at = model.indexOf('=');
        String name = at < 0 ? "" : model.substring(0, at);
        if (!MODEL_NAME.matcher(name).matches() || at == model.length() - 1) {
          throw new OptionsException("--model needs a name and a file: --model demo=models/demo.gguf");
        }
        if (models.put(name, Path.of(model.substring(at + 1))) != null) {
          throw new OptionsException(
              "--model " + name + " is given twice; every model needs a name of its own");
        }
      }
      return models;
    }

    private String text(Flag flag) {
      return given.getOrDefault(flag, List.of(flag.fallback())).getLast();
    }

    private String required(Flag flag) throws OptionsException {
      String value = text(flag);
      if (value.isEmpty()) {
        throw new OptionsException(
            flag.flag() + " is missing: give " + flag.flag() + " " + flag.placeholder());
      }
      return value;
    }

    private int number(Flag flag, int least, int most) throws OptionsException {
      String value = text(flag);
      if (value.matches("\\d{1,9}") && Integer.parseInt(value) >= least && Integer.parseInt(value) <= most) {
        return Integer.parseInt(value);
      }
      throw new OptionsException(
          flag.flag() + " " + value + " must be a whole number from " + least + " to " + most);
    }

    private Duration duration(Flag flag) throws OptionsException {
      Matcher value = DURATION.matcher(text(flag));
      if (!value.matches()) {
        throw new OptionsException(
            flag.flag() + " " + text(flag) + " must be a duration like 500ms, 10s or 2m");
      }
      long amount = Long.parseLong(value.group(1));
      return switch (value.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        default -> Duration.ofMinutes(amount);
      };
    }

    private String oneOf(Flag flag, String one, String other) throws OptionsException {
      String value = text(flag);
      if (!value.equals(one) && !value.equals(other)) {
        throw new OptionsException(flag.flag() + " " + value + " must be " + one + " or " + other);
      }
      return value;
    }
  }
}
