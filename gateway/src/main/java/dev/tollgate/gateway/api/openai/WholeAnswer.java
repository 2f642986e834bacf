package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.admission.limits.LimitStatus;
import dev.tollgate.gateway.api.LimitHeaders;
import dev.tollgate.gateway.pipeline.Answer;
import dev.tollgate.gateway.pipeline.AnswerWriter;
import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.gateway.pipeline.RefusedException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.stream.IntStream;
import org.springframework.http.MediaType;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/** An answer in one piece. Nothing leaves before the end, so every failure can still be an error with its status. */
final class WholeAnswer implements AnswerWriter {

  private final AnswerHead head;
  private final HttpServletResponse response;
  private final JsonMapper mapper;
  private final StringBuilder[] texts;

  WholeAnswer(AnswerHead head, int choices, HttpServletResponse response, JsonMapper mapper) {
    this.head = head;
    this.response = response;
    this.mapper = mapper;
    this.texts = IntStream.range(0, choices).mapToObj(index -> new StringBuilder())
        .toArray(StringBuilder[]::new);
  }

  @Override
  public void limits(LimitStatus status) {
    LimitHeaders.write(response, status);
  }

  @Override
  public void begin() {
    // The first byte is written at the end.
  }

  @Override
  public void text(int choice, String text) {
    texts[choice].append(text);
  }

  @Override
  public void flush() {
    // There is nothing to flush before the end.
  }

  @Override
  public void end(Answer answer) throws IOException {
    var body = new ByteArrayOutputStream(512);
    try (JsonGenerator json = mapper.createGenerator(body)) {
      write(json, answer);
    }
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.setContentLength(body.size());
    body.writeTo(response.getOutputStream());
    response.flushBuffer();
  }

  private void write(JsonGenerator json, Answer answer) {
    json.writeStartObject();
    json.writeStringProperty("id", head.id());
    json.writeStringProperty("object", head.shape().object());
    json.writeNumberProperty("created", head.created());
    json.writeStringProperty("model", head.model());
    json.writeArrayPropertyStart("choices");
    for (int choice = 0; choice < texts.length; choice++) {
      json.writeStartObject();
      json.writeNumberProperty("index", choice);
      head.shape().writeText(json, texts[choice].toString());
      json.writeNullProperty("logprobs");
      json.writeStringProperty("finish_reason", AnswerParts.finishReason(answer.endings().get(choice)));
      json.writeEndObject();
    }
    json.writeEndArray();
    AnswerParts.writeUsage(json, answer.usage());
    AnswerParts.writeBill(json, answer);
    json.writeEndObject();
  }

  @Override
  public void fail(Refusal refusal) {
    throw new RefusedException(refusal);
  }

  @Override
  public void abandon() {
    // Whoever would read it is gone.
  }
}
