package dev.tollgate.inference.engine;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a model's configuration file says, or one section of it. Each setting is read by its name; a setting that nobody
 * read is an error, so that a misspelt or unsupported option never passes in silence.
 */
public final class EngineConfiguration {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");

  private final Path file;
  private final String prefix;
  private final JsonObject settings;
  private final Map<String, String> environment;
  private final Set<String> read = new LinkedHashSet<>();

  private EngineConfiguration(Path file, String prefix, JsonObject settings,
      Map<String, String> environment) {
    this.file = file;
    this.prefix = prefix;
    this.settings = settings;
    this.environment = environment;
  }

  /**
   * Reads a JSON file.
   *
   * @param environment where settings find what must not stand in a file
   * @throws EngineStartException if it cannot be read or is no JSON object
   */
  public static EngineConfiguration read(Path file, Map<String, String> environment) {
    try {
      if (JsonParser.parseString(Files.readString(file)) instanceof JsonObject settings) {
        return new EngineConfiguration(file.toAbsolutePath(), "", settings, environment);
      }
      throw new EngineStartException("the configuration file " + file + " must hold a JSON object");
    } catch (IOException e) {
      throw new EngineStartException("the configuration file " + file + " cannot be read: " + e.getMessage());
    } catch (JsonParseException e) {
      throw new EngineStartException(
          "the configuration file " + file + " is not valid JSON: " + e.getMessage());
    }
  }

  /** The same, with these settings where the file has none; sections are merged setting by setting. */
  public EngineConfiguration over(JsonObject defaults) {
    EngineConfiguration merged = new EngineConfiguration(file, prefix, merge(defaults, settings),
        environment);
    merged.read.addAll(read);
    return merged;
  }

  private static JsonObject merge(JsonObject below, JsonObject above) {
    JsonObject merged = below.deepCopy();
    for (Map.Entry<String, JsonElement> entry : above.entrySet()) {
      JsonElement lower = merged.get(entry.getKey());
      boolean sections = lower instanceof JsonObject && entry.getValue() instanceof JsonObject;
      merged.add(entry.getKey(), sections ? merge(lower.getAsJsonObject(), entry.getValue().getAsJsonObject())
          : entry.getValue());
    }
    return merged;
  }

  public boolean has(String name) {
    return settings.has(name);
  }

  public String text(String name) {
    String value = text(name, "");
    if (value.isEmpty()) {
      throw wrong(name, "is missing");
    }
    return value;
  }

  public String text(String name, String fallback) {
    JsonPrimitive value = primitive(name, JsonPrimitive::isString, "a text");
    return value == null ? fallback : value.getAsString();
  }

  /** A path; a relative one starts from the configuration file's folder. */
  public Path path(String name) {
    return file.resolveSibling(text(name));
  }

  /** The value of the environment variable that the setting names, or nothing if there is no such setting. */
  public @Nullable String secret(String name) {
    String variable = text(name, "");
    if (variable.isEmpty()) {
      return null;
    }
    String value = environment.get(variable);
    if (value == null || value.isBlank()) {
      throw wrong(name, "names the environment variable " + variable + ", which is not set");
    }
    return value.strip();
  }

  public int number(String name, int fallback, int least, int most) {
    JsonPrimitive value = primitive(name, JsonPrimitive::isNumber,
        "a whole number from " + least + " to " + most);
    if (value == null) {
      return fallback;
    }
    String text = value.getAsString();
    if (text.matches("-?\\d{1,10}") && Long.parseLong(text) >= least && Long.parseLong(text) <= most) {
      return Integer.parseInt(text);
    }
    throw wrong(name, "is " + text + ", it must be a whole number from " + least + " to " + most);
  }

  /** A share above 0 and up to 1. */
  public double share(String name, double fallback) {
    JsonPrimitive value = primitive(name, JsonPrimitive::isNumber, "a number above 0 and at most 1");
    if (value == null) {
      return fallback;
    }
    double share = value.getAsDouble();
    if (share > 0 && share <= 1) {
      return share;
    }
    throw wrong(name, "is " + value.getAsString() + ", it must be above 0 and at most 1");
  }

  public boolean flag(String name, boolean fallback) {
    JsonPrimitive value = primitive(name, JsonPrimitive::isBoolean, "true or false");
    return value == null ? fallback : value.getAsBoolean();
  }

  public Duration duration(String name, Duration fallback) {
    JsonPrimitive value = primitive(name, JsonPrimitive::isString, "a duration like 500ms, 10s or 2m");
    if (value == null) {
      return fallback;
    }
    Matcher match = DURATION.matcher(value.getAsString());
    if (!match.matches()) {
      throw wrong(name, "is " + value.getAsString() + ", it must be a duration like 500ms, 10s or 2m");
    }
    long amount = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }

  /** One of an enumeration's constants, written in small letters with hyphens. */
  public <E extends Enum<E>> E choice(String name, E fallback) {
    String value = text(name, "");
    E[] all = fallback.getDeclaringClass().getEnumConstants();
    for (E constant : all) {
      if (written(constant).equals(value)) {
        return constant;
      }
    }
    if (value.isEmpty()) {
      return fallback;
    }
    throw wrong(name, "is " + value + ", it must be one of "
        + String.join(", ", Arrays.stream(all).map(EngineConfiguration::written).toList()));
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A JSON object that is passed on as it is; empty if there is none. */
  public JsonObject object(String name) {
    read.add(name);
    JsonElement value = settings.get(name);
    if (value == null) {
      return new JsonObject();
    }
    if (value instanceof JsonObject object) {
      return object;
    }
    throw wrong(name, "must be a JSON object");
  }

  /** A section with settings of its own; empty if there is none. */
  public EngineConfiguration section(String name) {
    return new EngineConfiguration(file, prefix + name + ".", object(name), environment);
  }

  /** Refuses every setting that was never read. */
  public void end() {
    for (String name : settings.keySet()) {
      if (!read.contains(name)) {
        throw wrong(name, "is not an option here");
      }
    }
  }

  /** An error that names file and setting. */
  public EngineStartException wrong(String name, String what) {
    return new EngineStartException(file + ": " + prefix + name + " " + what);
  }

  private @Nullable JsonPrimitive primitive(String name, Predicate<JsonPrimitive> kind, String expected) {
    read.add(name);
    JsonElement value = settings.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof JsonPrimitive primitive && kind.test(primitive)) {
      return primitive;
    }
    throw wrong(name, "must be " + expected);
  }
}
