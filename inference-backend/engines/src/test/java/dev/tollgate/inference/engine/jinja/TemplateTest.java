package dev.tollgate.inference.engine.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TemplateTest {

  private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-07T10:00:00Z"), ZoneOffset.UTC);

  /** The expected texts were rendered by Jinja2 itself, set up as the models' authors set it up. */
  @TestFactory
  Stream<DynamicTest> rendersAsJinjaDoes() throws IOException {
    try (InputStream input = TemplateTest.class.getResourceAsStream("renderings.json")) {
      JsonObject file = JsonParser.parseString(
          new String(Objects.requireNonNull(input).readAllBytes(), StandardCharsets.UTF_8)).getAsJsonObject();
      Map<String, @Nullable Object> variables = new LinkedHashMap<>();
      file.getAsJsonObject("variables").entrySet()
          .forEach(entry -> variables.put(entry.getKey(), value(entry.getValue())));
      List<DynamicTest> tests = new ArrayList<>();
      for (JsonElement each : file.getAsJsonArray("cases")) {
        JsonObject one = each.getAsJsonObject();
        tests.add(DynamicTest.dynamicTest(one.get("name").getAsString(), () -> assertThat(
            Template.parse(one.get("template").getAsString(), CLOCK).render(variables))
            .isEqualTo(one.get("expected").getAsString())));
      }
      return tests.stream();
    }
  }

  private static @Nullable Object value(JsonElement json) {
    return switch (json) {
      case JsonObject object -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        object.entrySet().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
        yield map;
      }
      case JsonArray array -> {
        List<@Nullable Object> list = new ArrayList<>();
        array.forEach(item -> list.add(value(item)));
        yield list;
      }
      case JsonPrimitive text when text.isString() -> text.getAsString();
      case JsonPrimitive flag when flag.isBoolean() -> flag.getAsBoolean();
      case JsonPrimitive number -> number.getAsString().matches("-?\\d+") ? (Object) number.getAsLong()
          : number.getAsDouble();
      default -> null;
    };
  }

  @Test
  void tellsTheTimeOfItsClock() {
    assertThat(Template.parse("{{ strftime_now('%d %b %Y') }}", CLOCK).render(Map.of()))
        .isEqualTo("07 Mar 2026");
  }

  @Test
  void refusesWhenReadWhatItCannotRender() {
    Map<String, String> wrong = Map.of("{% include 'x' %}", "the statement include", "{{ x | frobnicate }}",
        "the filter frobnicate", "{{ x is frobnicated }}", "the test frobnicated", "{% if x %}a",
        "lacks an endif",
        "{{ 'a }}", "never ends", "{{ 1 + }}", "unexpected end", "{% endfor %}", "ends what it never began",
        "{{ a ! b }}", "unexpected !");
    wrong.forEach((source, message) -> assertThatThrownBy(() -> Template.parse(source, CLOCK)).as(source)
        .isInstanceOf(TemplateException.class).hasMessageContaining(message));
  }

  @Test
  void saysWhatWentWrongWhenRendering() {
    assertThatThrownBy(
        () -> Template.parse("{{ raise_exception('roles must alternate') }}", CLOCK).render(Map.of()))
        .isInstanceOfSatisfying(TemplateException.class, e -> {
          assertThat(e.raisedByTemplate()).isTrue();
          assertThat(e).hasMessage("roles must alternate");
        });
    Map<String, String> wrong = Map.of("{{ 'a' + 1 }}", "joins a text and a number", "{{ x.y }}",
        "something undefined",
        "{{ x() }}", "calls what is no function", "{% for i in 5 %}{% endfor %}", "goes through a number",
        "{% for i in range(99999999) %}{% endfor %}", "counts further", "{% set x.y = 1 %}", "no namespace",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "without end");
    wrong
        .forEach((source, message) -> assertThatThrownBy(() -> Template.parse(source, CLOCK).render(Map.of()))
            .as(source).isInstanceOf(TemplateException.class).hasMessageContaining(message));
  }
}
