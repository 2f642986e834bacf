package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.admission.limits.LimitStatus;
import dev.tollgate.gateway.api.LimitHeaders;
import dev.tollgate.gateway.pipeline.Answer;
import dev.tollgate.gateway.pipeline.AnswerWriter;
import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.gateway.pipeline.RefusedException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer as server-sent events. What the chunks of an answer share is encoded once; only the text differs. The
 * chunks that end the choices, and {@code [DONE]}, are written when the settlement is durable.
 */
final class StreamedAnswer implements AnswerWriter {

  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);

  private final AnswerHead head;
  private final int choices;
  private final boolean includeUsage;
  private final HttpServletResponse response;
  private final JsonMapper mapper;
  private final OpenAiErrors errors;
  private final byte[] chunkStart;
  private final byte[] textEnd;
  private @Nullable ServletOutputStream out;
  private boolean dirty;

  StreamedAnswer(AnswerHead head, int choices, boolean includeUsage, HttpServletResponse response,
      JsonMapper mapper,
      OpenAiErrors errors) {
    this.head = head;
    this.choices = choices;
    this.includeUsage = includeUsage;
    this.response = response;
    this.mapper = mapper;
    this.errors = errors;
    this.chunkStart = bytes("data: {\"id\":" + mapper.writeValueAsString(head.id()) + ",\"object\":\""
        + head.shape().chunkObject() + "\",\"created\":" + head.created() + ",\"model\":"
        + mapper.writeValueAsString(head.model()) + ",\"choices\":[{\"index\":");
    this.textEnd = bytes(head.shape().deltaSuffix() + ",\"logprobs\":null,\"finish_reason\":null}]"
        + (includeUsage ? ",\"usage\":null" : "") + "}\n\n");
  }

  @Override
  public void limits(LimitStatus status) {
    LimitHeaders.write(response, status);
  }

  @Override
  public void begin() throws IOException {
    if (out != null) {
      return;
    }
    response.setContentType("text/event-stream;charset=UTF-8");
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    // Asks nginx and its kin not to hold the events back.
    response.setHeader("X-Accel-Buffering", "no");
    out = response.getOutputStream();
    String first = head.shape().firstDelta();
    for (int choice = 0; choice < choices && !first.isEmpty(); choice++) {
      out.write(chunkStart);
      out.write(bytes(choice + "," + first + ",\"logprobs\":null,\"finish_reason\":null}]"
          + (includeUsage ? ",\"usage\":null" : "") + "}\n\n"));
    }
    dirty = true;
  }

  @Override
  public void text(int choice, String text) throws IOException {
    begin();
    ServletOutputStream stream = response.getOutputStream();
    stream.write(chunkStart);
    stream.write(bytes(choice + "," + head.shape().deltaPrefix() + "\""));
    stream.write(JsonStringEncoder.getInstance().quoteAsUTF8(text));
    stream.write('"');
    stream.write(textEnd);
    dirty = true;
  }

  @Override
  public void flush() throws IOException {
    if (dirty) {
      response.flushBuffer();
      dirty = false;
    }
  }

  @Override
  public void end(Answer answer) throws IOException {
    begin();
    ServletOutputStream stream = response.getOutputStream();
    for (int choice = 0; choice < choices; choice++) {
      stream.write(chunkStart);
      boolean billHere = !includeUsage && choice == choices - 1;
      stream.write(bytes(choice + "," + head.shape().lastDelta() + ",\"logprobs\":null,\"finish_reason\":\""
          + AnswerParts.finishReason(answer.endings().get(choice)) + "\"}]"));
      stream.write(includeUsage ? bytes(",\"usage\":null}") : billHere ? bill(answer) : bytes("}"));
      stream.write('\n');
      stream.write('\n');
    }
    if (includeUsage) {
      stream.write(bytes("data: "));
      stream.write(json(json -> writeUsageChunk(json, answer)));
      stream.write('\n');
      stream.write('\n');
    }
    stream.write(DONE);
    response.flushBuffer();
  }

  /** The bill as the rest of a chunk that has begun: {@code ,"tollgate":{…}}}. */
  private byte[] bill(Answer answer) {
    byte[] object = json(json -> {
      json.writeStartObject();
      AnswerParts.writeBill(json, answer);
      json.writeEndObject();
    });
    object[0] = ',';
    return object;
  }

  private void writeUsageChunk(JsonGenerator json, Answer answer) {
    json.writeStartObject();
    json.writeStringProperty("id", head.id());
    json.writeStringProperty("object", head.shape().chunkObject());
    json.writeNumberProperty("created", head.created());
    json.writeStringProperty("model", head.model());
    json.writeArrayPropertyStart("choices");
    json.writeEndArray();
    AnswerParts.writeUsage(json, answer.usage());
    AnswerParts.writeBill(json, answer);
    json.writeEndObject();
  }

  @Override
  public void fail(Refusal refusal) throws IOException {
    if (!response.isCommitted()) {
      throw new RefusedException(refusal);
    }
    ServletOutputStream stream = response.getOutputStream();
    stream.write(bytes("data: " + errors.json(refusal) + "\n\n"));
    response.flushBuffer();
  }

  @Override
  public void abandon() {
    // Whoever would read it is gone.
  }

  private byte[] json(Consumer<JsonGenerator> content) {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = mapper.createGenerator(bytes)) {
      content.accept(json);
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
