package dev.tollgate.inference.engine.relay;

import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineStatistics;
import dev.tollgate.inference.engine.GenerationRequest;
import dev.tollgate.inference.engine.ModelDescription;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.Refusal;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.SamplingRules;
import dev.tollgate.inference.engine.Sequence;
import dev.tollgate.inference.engine.SequenceListener;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.tokens.AnswerText;
import dev.tollgate.inference.engine.tokens.ModelTokens;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Any runtime as an {@link Engine}. Owns the runtime and the tokenizer that it is given. */
public final class RelayEngine implements Engine {

  private static final int LONGEST_SALT = 256;

  /** What a runtime cannot do, said before a sequence is accepted. */
  public interface Abilities {

    /**
     * Refuses what the runtime cannot do.
     *
     * @throws RequestRefusedException if that is asked
     */
    void check(GenerationRequest request) throws RequestRefusedException;
  }

  private final ModelDescription description;
  private final ModelTokens tokens;
  private final TokenRuntime runtime;
  private final Abilities abilities;
  private final RelaySettings settings;
  private final RelayLoop loop;

  private RelayEngine(ModelDescription description, ModelTokens tokens, TokenRuntime runtime,
      Abilities abilities,
      RelaySettings settings) {
    this.description = description;
    this.tokens = tokens;
    this.runtime = runtime;
    this.abilities = abilities;
    this.settings = settings;
    this.loop = new RelayLoop(description.name(), tokens.vocabularySize(), settings, runtime);
  }

  public static RelayEngine start(ModelDescription description, ModelTokens tokens, TokenRuntime runtime,
      Abilities abilities, RelaySettings settings) {
    RelayEngine engine = new RelayEngine(description, tokens, runtime, abilities, settings);
    engine.loop.start();
    return engine;
  }

  @Override
  public ModelDescription model() {
    return description;
  }

  @Override
  public TokenIds tokenize(Prompt prompt) throws RequestRefusedException {
    return TokenIds.of(tokens.of(prompt));
  }

  @Override
  public String detokenize(TokenIds ids) throws RequestRefusedException {
    return tokens.text(tokens.checked(ids, "ids"));
  }

  @Override
  public Sequence submit(GenerationRequest request, SequenceListener listener)
      throws RequestRefusedException {
    if (loop.draining() || !healthy()) {
      throw new RequestRefusedException(Refusal.Code.DRAINING, "this backend takes no new work");
    }
    if (!loop.reserve()) {
      throw new RequestRefusedException(Refusal.Code.OVERLOADED, "the queue is full: " + settings.parallel()
          + " sequences run and " + settings.limits().queueLimit() + " wait; try again later");
    }
    boolean arrived = false;
    try {
      RelaySequence sequence = sequence(request, listener);
      loop.arrive(sequence);
      arrived = true;
      return sequence;
    } finally {
      if (!arrived) {
        loop.unreserve();
      }
    }
  }

  private RelaySequence sequence(GenerationRequest request, SequenceListener listener)
      throws RequestRefusedException {
    check(request);
    int[] prompt = tokens.of(request.prompt());
    int[] resumed = tokens.checked(request.resumed(), "resume_token_ids");
    int context = description.contextLength();
    // A whole answer may come back, only to be told that it is whole.
    if (prompt.length >= context || prompt.length + resumed.length > context) {
      throw new RequestRefusedException(Refusal.Code.CONTEXT_LENGTH_EXCEEDED,
          "prompt has " + (prompt.length + resumed.length) + " tokens, the model's context is " + context
              + " tokens, which the answer shares");
    }
    AnswerText text = tokens.answer(prompt, request.sampling().stop());
    for (int id : resumed) {
      if (tokens.isEnd(id)) {
        throw RequestRefusedException
            .invalid("resume_token_ids holds token id " + id + " where the answer cannot have it");
      }
      String _ = text.add(id);
    }
    return new RelaySequence(request, prompt, context, text, tokens::isEnd,
        request.sampling().drawsFrom(), listener, loop, runtime.continues());
  }

  private void check(GenerationRequest request) throws RequestRefusedException {
    if (request.maxOutputTokens() < 0 || request.grant().outputTokens() < 0) {
      throw RequestRefusedException
          .invalid("max_output_tokens and grants may not be above " + Integer.MAX_VALUE);
    }
    if (request.cacheSalt().length() > LONGEST_SALT) {
      throw RequestRefusedException.invalid("cache_salt may have " + LONGEST_SALT + " characters at most");
    }
    SamplingRules.check(request.sampling(), tokens.vocabularySize());
    JsonSchemas.check(request.sampling().responseFormat());
    abilities.check(request);
  }

  @Override
  public EngineStatistics statistics() {
    return loop.statistics();
  }

  @Override
  public boolean healthy() {
    return loop.healthy() && runtime.healthy();
  }

  @Override
  public Optional<String> trouble() {
    return runtime.trouble();
  }

  @Override
  public CompletableFuture<Void> drain(@Nullable Duration deadline) {
    return loop.drain(deadline);
  }

  @Override
  public void close() {
    loop.close();
    runtime.close();
    tokens.close();
  }
}
