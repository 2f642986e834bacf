package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.api.RequestBodies;
import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.gateway.pipeline.Pipeline;
import dev.tollgate.gateway.pipeline.RefusedException;
import dev.tollgate.tenants.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Answers a chat request of somebody who is known by other means than a key's secret, with frames as the API sends them. */
@Component
public final class ChatStream {

  private final Pipeline pipeline;
  private final RequestBodies bodies;
  private final ChatRequests chats;
  private final OpenAiErrors errors;
  private final JsonMapper mapper;

  ChatStream(Pipeline pipeline, RequestBodies bodies, ChatRequests chats, OpenAiErrors errors,
      JsonMapper mapper) {
    this.pipeline = pipeline;
    this.bodies = bodies;
    this.chats = chats;
    this.errors = errors;
    this.mapper = mapper;
  }

  /** Serves the request; a refusal is answered in the API's own words. */
  public void serve(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    try {
      var arrival = RequestIds.arrival(request, caller);
      GenerationCall call = chats.read(bodies.object(bodies.bytes(request)));
      String id = AnswerShape.CHAT.idPrefix() + arrival.id().toString().replace("-", "");
      var head = new AnswerHead(AnswerShape.CHAT, id, arrival.at().getEpochSecond(), call.request().model());
      pipeline.serve(arrival, call.request(), new StreamedAnswer(head, call.request().choices(),
          call.includeUsage(), response, mapper, errors));
    } catch (RefusedException e) {
      errors.write(request, response, e.refusal());
    }
  }
}
