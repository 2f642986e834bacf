package dev.tollgate.inference.engine;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds requests for tests: greedy, free, granted without end, unless said otherwise. */
public record Ask(Prompt prompt, @Nullable Float temperature, @Nullable Float topP, @Nullable Integer topK,
    @Nullable Long seed, @Nullable Long spareSeed, float presencePenalty, float frequencyPenalty,
    float repetitionPenalty,
    Map<Integer, Float> bias, List<String> stop, ResponseFormat format, boolean ignoreEnd, int most,
    int priority,
    String salt, TokenIds resumed, Grant grant) {

  private static final int PLENTY = 200;

  public static Ask user(String text) {
    return prompt(new Prompt.Chat(List.of(new Prompt.Message("user", text, "")), ""));
  }

  public static Ask prompt(Prompt prompt) {
    return new Ask(prompt, 0f, null, null, null, null, 0, 0, 0, Map.of(), List.of(),
        new ResponseFormat.Free(),
        false,
        PLENTY, 0, "", TokenIds.NONE, new Grant(Integer.MAX_VALUE, false));
  }

  public Ask temperature(@Nullable Float value) {
    return new Ask(prompt, value, topP, topK, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty,
        bias, stop,
        format, ignoreEnd, most, priority, salt, resumed, grant);
  }

  public Ask topP(float value) {
    return new Ask(prompt, temperature, value, topK, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias,
        stop, format, ignoreEnd, most, priority, salt, resumed, grant);
  }

  public Ask topK(int value) {
    return new Ask(prompt, temperature, topP, value, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias,
        stop, format, ignoreEnd, most, priority, salt, resumed, grant);
  }

  public Ask seed(long value) {
    return new Ask(prompt, temperature, topP, topK, value, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias,
        stop, format, ignoreEnd, most, priority, salt, resumed, grant);
  }

  public Ask spareSeed(long value) {
    return new Ask(prompt, temperature, topP, topK, seed, value, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias, stop, format, ignoreEnd, most, priority, salt, resumed, grant);
  }

  public Ask penalties(float presence, float frequency, float repetition) {
    return new Ask(prompt, temperature, topP, topK, seed, spareSeed, presence, frequency, repetition, bias,
        stop, format,
        ignoreEnd, most, priority, salt, resumed, grant);
  }

  public Ask bias(Map<Integer, Float> value) {
    return new Ask(prompt, temperature, topP, topK, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, value,
        stop, format, ignoreEnd, most, priority, salt, resumed, grant);
  }

  public Ask stop(String... value) {
    return new Ask(prompt, temperature, topP, topK, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias,
        List.of(value), format, ignoreEnd, most, priority, salt, resumed, grant);
  }

  public Ask format(ResponseFormat value) {
    return new Ask(prompt, temperature, topP, topK, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias,
        stop, value, ignoreEnd, most, priority, salt, resumed, grant);
  }

  public Ask withoutEnd() {
    return new Ask(prompt, temperature, topP, topK, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias,
        stop, format, true, most, priority, salt, resumed, grant);
  }

  public Ask most(int value) {
    return new Ask(prompt, temperature, topP, topK, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias,
        stop, format, ignoreEnd, value, priority, salt, resumed, grant);
  }

  public Ask priority(int value) {
    return new Ask(prompt, temperature, topP, topK, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias,
        stop, format, ignoreEnd, most, value, salt, resumed, grant);
  }

  public Ask salt(String value) {
    return new Ask(prompt, temperature, topP, topK, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias,
        stop, format, ignoreEnd, most, priority, value, resumed, grant);
  }

  public Ask resumed(List<Integer> ids) {
    return new Ask(prompt, temperature, topP, topK, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias,
        stop, format, ignoreEnd, most, priority, salt, TokenIds.of(ids.stream().mapToInt(i -> i).toArray()),
        grant);
  }

  public Ask grant(int tokens, boolean last) {
    return new Ask(prompt, temperature, topP, topK, seed, spareSeed, presencePenalty, frequencyPenalty,
        repetitionPenalty, bias,
        stop, format, ignoreEnd, most, priority, salt, resumed, new Grant(tokens, last));
  }

  public GenerationRequest request() {
    return new GenerationRequest(prompt,
        new Sampling(temperature, topP, topK, null, seed, spareSeed, frequencyPenalty,
            presencePenalty, repetitionPenalty, bias, stop, format, ignoreEnd),
        most, priority, salt, resumed,
        grant);
  }

  public Answer of(Engine engine) throws RequestRefusedException {
    Answer answer = new Answer();
    engine.submit(request(), answer);
    return answer;
  }
}
