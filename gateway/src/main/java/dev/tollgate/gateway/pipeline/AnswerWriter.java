package dev.tollgate.gateway.pipeline;

import java.io.IOException;

/** Writes one answer in the words of one protocol. An {@link IOException} means that the client is gone. */
public interface AnswerWriter {

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
}
