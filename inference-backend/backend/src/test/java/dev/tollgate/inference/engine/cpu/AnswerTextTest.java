package dev.tollgate.inference.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.inference.engine.text.StopMatcher;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class AnswerTextTest {

  private static final String SAMPLE = "aé漢😀z\u0301ßñ🇫🇷x";

  @RepeatedTest(200)
  void joinsBytesCutAnywhereToTheTextOfAllOfThem(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    byte[] bytes = SAMPLE.repeat(3).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < random.nextInt(4); i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    Utf8Assembler assembler = new Utf8Assembler();
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < bytes.length) {
      int to = Math.min(bytes.length, at + 1 + random.nextInt(5));
      text.append(assembler.add(bytes, at, to));
      assertThat(Character.isHighSurrogate(text.isEmpty() ? 'a' : text.charAt(text.length() - 1))).isFalse();
      at = to;
    }
    text.append(assembler.end());
    assertThat(text.toString()).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
  }

  @RepeatedTest(200)
  void findsAStopSequenceHoweverTheTextIsCut(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    String stop = "abca";
    StopMatcher matcher = new StopMatcher(List.of(stop, "zzz"));
    StringBuilder certain = new StringBuilder();
    for (int at = 0; at < text.length() && matcher.matched() == null;) {
      int to = Math.min(text.length(), at + 1 + random.nextInt(4));
      certain.append(matcher.add(text.substring(at, to)));
      assertThat(certain.indexOf(stop)).isNegative();
      at = to;
    }
    certain.append(matcher.end());
    int first = text.indexOf(stop);
    assertThat(certain.toString()).isEqualTo(first < 0 ? text.toString() : text.substring(0, first));
  }

  @Test
  void holdsBackOnlyWhatMayBecomeAStopSequence() {
    StopMatcher matcher = new StopMatcher(List.of("END", "\n\n"));
    assertThat(matcher.add("one E")).isEqualTo("one ");
    assertThat(matcher.add("N")).isEmpty();
    assertThat(matcher.add("O")).isEqualTo("ENO");
    assertThat(matcher.add("x\n")).isEqualTo("x");
    assertThat(matcher.add("\ny")).isEmpty();
    assertThat(matcher.matched()).isEqualTo("\n\n");
  }
}
