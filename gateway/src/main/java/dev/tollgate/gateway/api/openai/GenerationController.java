package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.api.RequestBodies;
import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.gateway.pipeline.AnswerWriter;
import dev.tollgate.gateway.pipeline.Arrival;
import dev.tollgate.gateway.pipeline.Pipeline;
import dev.tollgate.tenants.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** The two addresses that generate. */
@RestController
class GenerationController {

  private final Pipeline pipeline;
  private final RequestBodies bodies;
  private final ChatRequests chats;
  private final CompletionRequests completions;
  private final OpenAiErrors errors;
  private final JsonMapper mapper;

  GenerationController(Pipeline pipeline, RequestBodies bodies, ChatRequests chats,
      CompletionRequests completions,
      OpenAiErrors errors, JsonMapper mapper) {
    this.pipeline = pipeline;
    this.bodies = bodies;
    this.chats = chats;
    this.completions = completions;
    this.errors = errors;
    this.mapper = mapper;
  }

  @PostMapping(ChatRequests.ENDPOINT)
  void chat(@AuthenticationPrincipal Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    serve(RequestIds.arrival(request, caller), chats.read(bodies.object(request)), AnswerShape.CHAT,
        response);
  }

  @PostMapping(CompletionRequests.ENDPOINT)
  void complete(@AuthenticationPrincipal Caller caller, HttpServletRequest request,
      HttpServletResponse response)
      throws IOException, InterruptedException {
    serve(RequestIds.arrival(request, caller), completions.read(bodies.object(request)), AnswerShape.TEXT,
        response);
  }

  private void serve(Arrival arrival, GenerationCall call, AnswerShape shape, HttpServletResponse response)
      throws IOException, InterruptedException {
    String id = shape.idPrefix() + arrival.id().toString().replace("-", "");
    var head = new AnswerHead(shape, id, arrival.at().getEpochSecond(), call.request().model());
    int choices = call.request().choices();
    AnswerWriter writer = call.stream()
        ? new StreamedAnswer(head, choices, call.includeUsage(), response, mapper, errors)
        : new WholeAnswer(head, choices, response, mapper);
    pipeline.serve(arrival, call.request(), writer);
  }
}
