package dev.tollgate.inference.engine.cpu;

import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.EngineStatistics;
import dev.tollgate.inference.engine.GenerationRequest;
import dev.tollgate.inference.engine.ModelDescription;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.Refusal;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.ResponseFormat;
import dev.tollgate.inference.engine.Sampling;
import dev.tollgate.inference.engine.SamplingRules;
import dev.tollgate.inference.engine.Sequence;
import dev.tollgate.inference.engine.SequenceListener;
import dev.tollgate.inference.engine.TokenIds;
import dev.tollgate.inference.engine.gguf.GgufException;
import dev.tollgate.inference.engine.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runs one GGUF model on the processor. */
public final class CpuEngine implements Engine {

  private static final int LONGEST_SALT = 256;

  private final LlamaModel model;
  private final LlamaVocabulary vocabulary;
  private final LlamaContext context;
  private final PromptTokens prompts;
  private final SamplingDefaults defaults;
  private final CpuSettings settings;
  private final ModelDescription description;
  private final Scheduler scheduler;

  private CpuEngine(String name, LlamaModel model, GgufFile file, CpuSettings settings, Instant created) {
    this.model = model;
    this.settings = settings;
    this.vocabulary = new LlamaVocabulary(model);
    String template = settings.chatTemplate() == null ? model.chatTemplate() : settings.chatTemplate();
    this.prompts = new PromptTokens(vocabulary,
        template == null ? null : new ChatTemplate(model.library, vocabulary, template));
    this.defaults = SamplingDefaults.of(file);
    this.context = new LlamaContext(model, vocabulary.size(), settings.parallel(), settings.contextLength(),
        settings.batchTokens());
    this.description = new ModelDescription(name, "cpu", "llama.cpp " + model.library.version(),
        context.contextLength(), settings.parallel(), model.parameters(), false, true, created);
    this.scheduler = new Scheduler(name, context, vocabulary, settings, model.cachesByPosition());
  }

  /**
   * Checks and loads a model, computes one token with it, and starts to take work.
   *
   * @throws EngineStartException if any of that fails; the message says what to do
   */
  public static CpuEngine start(LlamaLibrary library, String name, Path path, CpuSettings settings) {
    try {
      GgufFile file = GgufFile.readModel(path);
      LlamaModel model = LlamaModel.load(library, path);
      CpuEngine engine = new CpuEngine(name, model, file, settings.resolve(model),
          Files.getLastModifiedTime(path).toInstant());
      engine.warmUp();
      engine.scheduler.start();
      return engine;
    } catch (GgufException e) {
      throw new EngineStartException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new EngineStartException("the model file " + path + " cannot be read: " + e.getMessage());
    }
  }

  private void warmUp() {
    context.clearBatch();
    context.add(Math.max(vocabulary.start(), 0), 0, 0, true);
    int outcome = context.decode(settings.decodeThreads());
    if (outcome != 0) {
      throw new EngineStartException(
          "the model cannot compute its first token (llama.cpp's code " + outcome + ")");
    }
    context.forgetAll();
  }

  @Override
  public ModelDescription model() {
    return description;
  }

  @Override
  public TokenIds tokenize(Prompt prompt) throws RequestRefusedException {
    return TokenIds.of(prompts.of(prompt));
  }

  @Override
  public String detokenize(TokenIds ids) throws RequestRefusedException {
    Utf8Assembler characters = new Utf8Assembler();
    StringBuilder text = new StringBuilder();
    for (int id : prompts.checked(ids, "ids")) {
      text.append(characters.add(vocabulary.text(), vocabulary.textStart(id), vocabulary.textEnd(id)));
    }
    return text.append(characters.end()).toString();
  }

  @Override
  public Sequence submit(GenerationRequest request, SequenceListener listener)
      throws RequestRefusedException {
    if (scheduler.draining() || !scheduler.healthy()) {
      throw new RequestRefusedException(Refusal.Code.DRAINING, "this backend takes no new work");
    }
    if (!scheduler.reserve()) {
      throw new RequestRefusedException(Refusal.Code.OVERLOADED, "the queue is full: " + settings.parallel()
          + " sequences run and " + settings.queueLimit() + " wait; try again later");
    }
    boolean arrived = false;
    try {
      CpuSequence sequence = sequence(request, listener);
      scheduler.arrive(sequence);
      arrived = true;
      return sequence;
    } finally {
      if (!arrived) {
        scheduler.unreserve();
      }
    }
  }

  private CpuSequence sequence(GenerationRequest request, SequenceListener listener)
      throws RequestRefusedException {
    check(request);
    SamplingRules.check(request.sampling(), vocabulary.size());
    int[] prompt = prompts.of(request.prompt());
    int context = description.contextLength();
    // A whole answer may come back, only to be told that it is whole.
    if (prompt.length >= context || prompt.length + request.resumed().size() > context) {
      throw new RequestRefusedException(Refusal.Code.CONTEXT_LENGTH_EXCEEDED,
          "prompt has " + (prompt.length + request.resumed().size()) + " tokens, the model's context is "
              + context
              + " tokens, which the answer shares");
    }
    Sampling sampling = request.sampling();
    TokenSampler sampler = new TokenSampler(vocabulary, sampling, defaults, sampling.drawsFrom(),
        grammar(sampling));
    AnswerText text = new AnswerText(vocabulary, sampling.stop());
    try {
      for (int token : prompt) {
        sampler.sawPrompt(token);
      }
      resume(request.resumed(), sampler, text);
    } catch (RequestRefusedException e) {
      sampler.close();
      throw e;
    }
    return new CpuSequence(request, prompt, context, sampler, text, listener, scheduler::wake);
  }

  private static void check(GenerationRequest request) throws RequestRefusedException {
    if (request.maxOutputTokens() < 0 || request.grant().outputTokens() < 0) {
      throw RequestRefusedException
          .invalid("max_output_tokens and grants may not be above " + Integer.MAX_VALUE);
    }
    if (request.cacheSalt().length() > LONGEST_SALT) {
      throw RequestRefusedException.invalid("cache_salt may have " + LONGEST_SALT + " characters at most");
    }
  }

  private @Nullable GrammarConstraint grammar(Sampling sampling) throws RequestRefusedException {
    String gbnf = switch (sampling.responseFormat()) {
      case ResponseFormat.Free _ -> null;
      case ResponseFormat.JsonObject _ -> JsonGrammar.OBJECT;
      case ResponseFormat.JsonSchema schema -> JsonSchemaGrammar.translate(schema.schema());
      case ResponseFormat.Grammar grammar -> grammar.gbnf();
    };
    return gbnf == null ? null : GrammarConstraint.parse(model.library, vocabulary, gbnf);
  }

  private void resume(TokenIds resumed, TokenSampler sampler, AnswerText text)
      throws RequestRefusedException {
    for (int token : prompts.checked(resumed, "resume_token_ids")) {
      if (vocabulary.isEnd(token) || !sampler.resume(token)) {
        throw RequestRefusedException
            .invalid("resume_token_ids holds token id " + token + " where the answer cannot have it");
      }
      text.add(token);
    }
  }

  @Override
  public EngineStatistics statistics() {
    return scheduler.statistics();
  }

  @Override
  public boolean healthy() {
    return scheduler.healthy();
  }

  @Override
  public CompletableFuture<Void> drain(@Nullable Duration deadline) {
    return scheduler.drain(deadline);
  }

  @Override
  public void close() {
    scheduler.close();
    context.close();
    model.close();
  }
}
