package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of what went wrong elsewhere names tests for every row, and all of them exist. */
class FieldFailuresTest {

  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("tollgate.root")));
  private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");

  @Test
  void everyRowNamesTestsThatExist() throws IOException {
    List<String> rows = Files.readAllLines(ROOT.resolve("docs/field-failures.md")).stream()
        .filter(line -> line.startsWith("|") && !line.startsWith("| **") && !line.startsWith("|--")).skip(1)
        .toList();
    assertThat(rows).hasSizeGreaterThan(20).allSatisfy(
        row -> assertThat(NAMED.matcher(row).find()).as(row).isTrue());
    Map<String, String> sources = sourcesOfTests();
    assertThat(rows.stream().map(NAMED::matcher).flatMap(Matcher::results)
        .filter(named -> !exists(named, sources)).map(MatchResult::group)).isEmpty();
  }

  private static boolean exists(MatchResult named, Map<String, String> sources) {
    String source = sources.getOrDefault(named.group(1), "");
    return source.contains(" void " + named.group(2) + "(");
  }

  /** By the name of the class; classes of one name in several modules count as one. */
  private static Map<String, String> sourcesOfTests() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module : List.of("billing", "exports", "gateway", "system-tests")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(file -> sources
            .merge(file.getFileName().toString().replace(".java", ""), read(file), String::concat));
      }
    }
    return sources;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
