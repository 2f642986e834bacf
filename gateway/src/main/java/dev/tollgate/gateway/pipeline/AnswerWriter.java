package dev.tollgate.gateway.pipeline;

import dev.tollgate.gateway.admission.limits.LimitStatus;
import java.io.IOException;

/** Writes one answer in the words of one protocol. An {@link IOException} means that the client is gone. */
public interface AnswerWriter {

  /** What the caller has left of its rate limits. Called before anything is written, for every admitted request. */
  void limits(LimitStatus status);

  /** The request is admitted; output will follow. */
  void begin() throws IOException;

  /** More text of one choice. */
  void text(int choice, String text) throws IOException;

  /** Lets what was written so far leave; called when nothing more is at hand. */
  void flush() throws IOException;

  /** The end. Called once, after the settlement is durable. */
  void end(Answer answer) throws IOException;

  /** The answer broke off after {@link #begin()}. */
  void fail(Refusal refusal) throws IOException;

  /** The client left and is billed for what had come by then. Nothing more is to be written. */
  void abandon();
}
