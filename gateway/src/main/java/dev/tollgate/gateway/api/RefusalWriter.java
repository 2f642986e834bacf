package dev.tollgate.gateway.api;

import dev.tollgate.gateway.pipeline.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers a request with a refusal, in the envelope of the protocol it came by. */
@FunctionalInterface
public interface RefusalWriter {

  /** Sets status, headers and body; does nothing if the response has left already. */
  void write(HttpServletRequest request, HttpServletResponse response, Refusal refusal) throws IOException;
}
