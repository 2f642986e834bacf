package dev.tollgate.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer must be like, whatever runs beside it: sampling, formats, limits, refusals. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class AnswerContract {

  protected static final Path DEMO = Path.of(System.getProperty("tollgate.demo-model", "../demo-model"));
  static final String FRANCE = "What is the capital of France?";
  static final String STORY = "Tell me a story about a cat.";
  static final List<String> QUESTIONS = List.of(FRANCE, STORY, "How much does it cost?",
      "List three fruits.",
      "What is a mixture of experts?", "What is 17 + 25?", "Explain quantum entanglement.",
      "Tell me a joke.");

  /** A shared engine with 8 slots, a pause limit of 700 ms and nothing else running. */
  protected abstract Engine engine();

  /** Whether draws depend on seed and place alone, so that also a drawn answer can be gone on with elsewhere. */
  protected boolean drawsByPlace() {
    return true;
  }

  /** Whether any beginning that keeps to a format can be gone on with, also one that this engine would not have written. */
  protected boolean goesOnInsideFormats() {
    return true;
  }

  /** Whether it adds to the scores of single tokens where that is asked; it says so if it does not. */
  protected boolean takesBiases() {
    return true;
  }

  /** What only this engine refuses. */
  protected Map<String, Ask> refusedHere() {
    return Map.of();
  }

  /** An engine of the caller's own, which it closes. */
  protected abstract Engine ownEngine(int parallel, int queue);

  static JsonArray json(String file) throws IOException {
    JsonElement parsed = JsonParser.parseString(Files.readString(DEMO.resolve(file)));
    return parsed.isJsonArray() ? parsed.getAsJsonArray()
        : parsed.getAsJsonObject().getAsJsonArray("greedy_answers");
  }

  static List<Integer> ids(JsonElement array) {
    List<Integer> ids = new ArrayList<>();
    array.getAsJsonArray().forEach(id -> ids.add(id.getAsInt()));
    return ids;
  }

  static List<Integer> ids(TokenIds ids) {
    List<Integer> list = new ArrayList<>();
    for (int id : ids.toArray()) {
      list.add(id);
    }
    return list;
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  static Prompt.Chat chat(JsonElement messages) {
    List<Prompt.Message> list = new ArrayList<>();
    for (JsonElement message : messages.getAsJsonArray()) {
      JsonObject object = message.getAsJsonObject();
      list.add(new Prompt.Message(object.get("role").getAsString(), object.get("content").getAsString(), ""));
    }
    return new Prompt.Chat(list, "");
  }

  @Test
  void stopsBeforeAStopSequenceAlsoAcrossTokens() throws Exception {
    Answer whole = Ask.user(FRANCE).of(engine());
    whole.finished();
    Answer stopped = Ask.user(FRANCE).stop("e is P", "nothing").of(engine());
    assertThat(stopped.finished().reason()).isEqualTo(FinishReason.STOP);
    assertThat(stopped.finished().stopSequence()).isEqualTo("e is P");
    assertThat(stopped.text()).isEqualTo("The capital of Franc");
    assertThat(stopped.finished().outputTokens()).isEqualTo(stopped.ids().size())
        .isLessThan(whole.ids().size());
    Answer held = Ask.user(FRANCE).stop("Paris.x").of(engine());
    assertThat(held.finished().stopSequence()).isNull();
    assertThat(held.text()).isEqualTo(whole.text());
  }

  @Test
  void drawsTheSameAnswerForTheSameSeedAndOthersForOtherSeeds() throws Exception {
    List<String> answers = new ArrayList<>();
    for (long seed : new long[]{7, 7, 8, 9, 10}) {
      Answer answer = Ask.user(STORY).temperature(1f).topP(1f).seed(seed).salt("seed" + seed).of(engine());
      answer.finished();
      answers.add(answer.text());
    }
    assertThat(answers.get(0)).isEqualTo(answers.get(1));
    assertThat(answers.subList(1, answers.size())).doesNotHaveDuplicates();
  }

  @Test
  void goesOnWithAnAnswerAsIfItHadNeverStopped() throws Exception {
    Ask ask = Ask.user(STORY).temperature(drawsByPlace() ? 1f : 0f).topP(0.9f).topK(40).seed(42)
        .stop("never there")
        .salt("resume");
    Answer whole = ask.of(engine());
    whole.finished();
    List<Integer> begun = whole.ids().subList(0, 20);
    Answer rest = ask.resumed(begun).of(engine());
    assertThat(rest.finished().outputTokens()).isEqualTo(whole.finished().outputTokens());
    assertThat(rest.ids()).isEqualTo(whole.ids().subList(20, whole.ids().size()));
    assertThat(whole.text()).endsWith(rest.text());
  }

  @Test
  void saysThatAWholeAnswerIsWhole() throws Exception {
    Ask ask = Ask.user(STORY).temperature(0f).most(20).salt("whole");
    Answer whole = ask.of(engine());
    whole.finished();
    Answer rest = ask.resumed(whole.ids()).of(engine());
    assertThat(rest.finished().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(rest.finished().outputTokens()).isEqualTo(20);
    assertThat(rest.ids()).isEmpty();
  }

  /** Drawn or not: what has to be generated anew is drawn with the same seed from the same place. */
  @ParameterizedTest
  @ValueSource(floats = {0, 1})
  void goesOnInsideAFormatAndSendsNothingTwice(float temperature) throws Exception {
    Ask ask = Ask.user("Give me the capital of Italy as JSON.").temperature(temperature).seed(5)
        .format(new ResponseFormat.JsonObject()).salt("format" + temperature);
    Answer whole = ask.of(engine());
    whole.finished();
    int half = whole.ids().size() / 2;
    Answer rest = ask.resumed(whole.ids().subList(0, half)).of(engine());
    assertThat(rest.finished()).satisfies(finished -> {
      assertThat(finished.reason()).isEqualTo(FinishReason.STOP);
      assertThat(finished.outputTokens()).isEqualTo(whole.ids().size());
    });
    assertThat(rest.ids()).isEqualTo(whole.ids().subList(half, whole.ids().size()));
    assertThat(whole.text()).endsWith(rest.text());
    assertThat(rest.events().getFirst()).isInstanceOf(SequenceEvent.Started.class);
  }

  /** A client that has half of one object must not get the other half of another. */
  @Test
  void putsNoEndOfItsOwnToABeginningThatItWouldNotHaveWritten() throws Exception {
    String begun = "{\"town\": ";
    List<Integer> beginning = ids(engine().tokenize(new Prompt.Text(begun)));
    Answer rest = Ask.user("Give me the capital of Italy as JSON.").format(new ResponseFormat.JsonObject())
        .resumed(beginning.subList(1, beginning.size())).of(engine());
    if (goesOnInsideFormats()) {
      assertThat(rest.finished().reason()).isEqualTo(FinishReason.STOP);
      assertThat(JsonParser.parseString(begun + rest.text()).getAsJsonObject().has("town")).isTrue();
    } else {
      assertThat(rest.notResumed()).contains("differs from the one that was begun");
      assertThat(rest.events()).hasSize(1);
    }
  }

  @Test
  void followsPenalties() throws Exception {
    Ask ask = Ask.user("Say the word yes ten times.").withoutEnd().most(40);
    Answer usual = ask.of(engine());
    usual.finished();
    Answer varied = ask.penalties(2, 2, 1.5f).of(engine());
    varied.finished();
    assertThat(Set.copyOf(varied.ids())).hasSizeGreaterThan(Set.copyOf(usual.ids()).size());
  }

  @Test
  void followsLogitBiasOrRefusesIt() throws Exception {
    if (!takesBiases()) {
      assertThatThrownBy(() -> Ask.user(FRANCE).bias(Map.of(2000, 1f)).of(engine()))
          .isInstanceOf(RequestRefusedException.class).hasMessageContaining("no logit_bias");
      return;
    }
    Answer usual = Ask.user(FRANCE).of(engine());
    usual.finished();
    Answer banned = Ask.user(FRANCE).bias(Map.of(usual.ids().getFirst(), -100f)).of(engine());
    banned.finished();
    assertThat(banned.ids()).doesNotContain(usual.ids().getFirst());
    Answer forced = Ask.user(FRANCE).bias(Map.of(2000, 100f)).most(6).of(engine());
    forced.finished();
    assertThat(forced.ids()).containsOnly(2000);
    Answer varied = Ask.user(FRANCE).bias(Map.of(2000, 20f)).penalties(2, 2, 1.5f).most(40).of(engine());
    varied.finished();
    assertThat(varied.ids().stream().filter(id -> id == 2000).count()).isBetween(1L, 39L);
  }

  @Test
  void writesJsonThatParses() throws Exception {
    Answer known = Ask.user("Give me the capital of Italy as JSON.").format(new ResponseFormat.JsonObject())
        .of(engine());
    known.finished();
    assertThat(JsonParser.parseString(known.text()).getAsJsonObject().get("capital").getAsString())
        .isEqualTo("Rome");
    List<Answer> together = new ArrayList<>();
    for (int seed = 0; seed < 5; seed++) {
      together.add(Ask.user("Give me a country as JSON.").temperature(1.5f).topP(1f).seed(seed)
          .format(new ResponseFormat.JsonObject()).most(400).of(engine()));
    }
    for (Answer odd : together) {
      if (odd.finished().reason() == FinishReason.STOP) {
        assertThat(JsonParser.parseString(odd.text()).isJsonObject()).isTrue();
      } else {
        assertThat(odd.text()).startsWith("{");
      }
    }
  }

  @Test
  void writesWhatAJsonSchemaAsksFor() throws Exception {
    String schema = """
        {"type": "object", "additionalProperties": false, "required": ["capital", "size"], "properties": {
          "capital": {"enum": ["Rome", "Paris"]}, "note": {"type": ["string", "null"], "maxLength": 5},
          "size": {"type": "integer"}, "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}, "maxItems": 2}},
         "$defs": {"tag": {"anyOf": [{"const": "a"}, {"type": "boolean"}]}}}""";
    Answer answer = Ask.user("Give me the capital of Italy as JSON.")
        .format(new ResponseFormat.JsonSchema(schema))
        .of(engine());
    assertThat(answer.finished().reason()).isEqualTo(FinishReason.STOP);
    JsonObject object = JsonParser.parseString(answer.text()).getAsJsonObject();
    assertThat(object.get("capital").getAsString()).isIn("Rome", "Paris");
    assertThat(object.get("size").getAsDouble()).isEqualTo(Math.rint(object.get("size").getAsDouble()));
    assertThat(List.of("capital", "note", "size", "tags")).containsAll(object.keySet());
  }

  @Test
  void endsAtTheEndOfTheContext() throws Exception {
    Answer answer = Ask.user(STORY).withoutEnd().most(0).of(engine());
    assertThat(answer.finished().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(answer.finished().outputTokens() + answer.finished().promptTokens())
        .isEqualTo(engine().model().contextLength());
  }

  @Test
  void refusesPromptsThatDoNotFitAndSaysTheNumbers() {
    int context = engine().model().contextLength();
    assertThatThrownBy(() -> Ask.prompt(new Prompt.Ids(TokenIds.of(new int[context]))).of(engine()))
        .isInstanceOfSatisfying(RequestRefusedException.class, e -> {
          assertThat(e.refusal().code()).isEqualTo(Refusal.Code.CONTEXT_LENGTH_EXCEEDED);
          assertThat(e.refusal().message()).contains("prompt has " + context + " tokens")
              .contains("context is " + context);
        });
  }

  @Test
  void refusesInvalidRequestsWithTheReason() {
    Map<String, Ask> invalid = new HashMap<>(refusedHere());
    invalid.putAll(Map.ofEntries(
        Map.entry("temperature is 3.0, it must be from 0 to 2", Ask.user("x").temperature(3f)),
        Map.entry("temperature is NaN", Ask.user("x").temperature(Float.NaN)),
        Map.entry("top_p is 0.0, it must be above 0", Ask.user("x").topP(0)),
        Map.entry("presence_penalty is 9.0", Ask.user("x").penalties(9, 0, 0)),
        Map.entry("repetition_penalty is -1.0", Ask.user("x").penalties(0, 0, -1)),
        Map.entry("logit_bias names token id 4096", Ask.user("x").bias(Map.of(4096, 1f))),
        Map.entry("a stop sequence must have", Ask.user("x").stop("")),
        Map.entry("resume_token_ids holds token id 1 ", Ask.user("x").resumed(List.of(1))),
        Map.entry("prompt holds token id -1", Ask.prompt(new Prompt.Ids(TokenIds.of(-1)))),
        Map.entry("a chat must have", Ask.prompt(new Prompt.Chat(List.of(), ""))),
        Map.entry("unknown role",
            Ask.prompt(new Prompt.Chat(List.of(new Prompt.Message("king", "x", "")), ""))),
        Map.entry("has no role tool",
            Ask.prompt(new Prompt.Chat(List.of(new Prompt.Message("tool", "x", "")), ""))),
        Map.entry("not valid JSON", Ask.user("x").format(new ResponseFormat.JsonSchema("{type:'string'}")))));
    invalid.forEach((reason, ask) -> assertThatThrownBy(() -> ask.of(engine())).as(reason)
        .isInstanceOfSatisfying(RequestRefusedException.class, e -> {
          assertThat(e.refusal().code()).isEqualTo(Refusal.Code.INVALID_REQUEST);
          assertThat(e.refusal().message()).contains(reason);
        }));
  }
}
