package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.api.IdempotentRequests;
import dev.tollgate.gateway.api.RequestBodies;
import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.gateway.pipeline.AnswerWriter;
import dev.tollgate.gateway.pipeline.Arrival;
import dev.tollgate.gateway.pipeline.Pipeline;
import dev.tollgate.tenants.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** The two addresses that generate. */
@RestController
class GenerationController {

  private final Pipeline pipeline;
  private final RequestBodies bodies;
  private final IdempotentRequests idempotent;
  private final ChatRequests chats;
  private final CompletionRequests completions;
  private final OpenAiErrors errors;
  private final JsonMapper mapper;

  GenerationController(Pipeline pipeline, RequestBodies bodies, IdempotentRequests idempotent,
      ChatRequests chats, CompletionRequests completions, OpenAiErrors errors, JsonMapper mapper) {
    this.pipeline = pipeline;
    this.bodies = bodies;
    this.idempotent = idempotent;
    this.chats = chats;
    this.completions = completions;
    this.errors = errors;
    this.mapper = mapper;
  }

  @PostMapping(ChatRequests.ENDPOINT)
  void chat(@AuthenticationPrincipal Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    byte[] body = bodies.bytes(request);
    GenerationCall call = chats.read(bodies.object(body));
    idempotent.serve(request, response, RequestIds.arrival(request, caller), body,
        (arrival, to, kept) -> serve(arrival, call, AnswerShape.CHAT, to, kept));
  }

  @PostMapping(CompletionRequests.ENDPOINT)
  void complete(@AuthenticationPrincipal Caller caller, HttpServletRequest request,
      HttpServletResponse response)
      throws IOException, InterruptedException {
    byte[] body = bodies.bytes(request);
    GenerationCall call = completions.read(bodies.object(body));
    idempotent.serve(request, response, RequestIds.arrival(request, caller), body,
        (arrival, to, kept) -> serve(arrival, call, AnswerShape.TEXT, to, kept));
  }

  private void serve(Arrival arrival, GenerationCall call, AnswerShape shape, HttpServletResponse response,
      UnaryOperator<AnswerWriter> kept) throws IOException, InterruptedException {
    String id = shape.idPrefix() + arrival.id().toString().replace("-", "");
    var head = new AnswerHead(shape, id, arrival.at().getEpochSecond(), call.request().model());
    int choices = call.request().choices();
    AnswerWriter writer = call.stream()
        ? new StreamedAnswer(head, choices, call.includeUsage(), response, mapper, errors)
        : new WholeAnswer(head, choices, response, mapper);
    pipeline.serve(arrival, call.request(), kept.apply(writer));
  }
}
