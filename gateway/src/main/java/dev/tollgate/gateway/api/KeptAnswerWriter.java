package dev.tollgate.gateway.api;

import dev.tollgate.gateway.admission.idempotency.Attempt;
import dev.tollgate.gateway.admission.limits.LimitStatus;
import dev.tollgate.gateway.pipeline.Answer;
import dev.tollgate.gateway.pipeline.AnswerWriter;
import dev.tollgate.gateway.pipeline.Refusal;
import java.io.IOException;
import java.util.Objects;

/** Keeps an answer before its last bytes leave, so that whoever has seen its end can have it again. */
final class KeptAnswerWriter implements AnswerWriter {

  private final AnswerWriter writer;
  private final RecordedResponse response;
  private final Attempt attempt;

  KeptAnswerWriter(AnswerWriter writer, RecordedResponse response, Attempt attempt) {
    this.writer = writer;
    this.response = response;
    this.attempt = attempt;
  }

  @Override
  public void limits(LimitStatus status) {
    writer.limits(status);
  }

  @Override
  public void begin() throws IOException {
    writer.begin();
  }

  @Override
  public void text(int choice, String text) throws IOException {
    writer.text(choice, text);
  }

  @Override
  public void flush() throws IOException {
    writer.flush();
  }

  @Override
  public void end(Answer answer) throws IOException {
    response.hold();
    writer.end(answer);
    attempt.complete(Objects.requireNonNull(response.getContentType()), response.recorded());
    response.release();
  }

  /** What broke off was not billed, unless this gateway stops, or nobody knows yet whether it was. */
  @Override
  public void fail(Refusal refusal) throws IOException {
    if (refusal instanceof Refusal.BillingUnavailable || refusal instanceof Refusal.Interrupted) {
      attempt.giveUp();
    } else {
      attempt.free();
    }
    writer.fail(refusal);
  }

  @Override
  public void abandon() {
    attempt.abandon();
    writer.abandon();
  }
}
