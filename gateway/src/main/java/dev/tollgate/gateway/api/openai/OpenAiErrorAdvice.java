package dev.tollgate.gateway.api.openai;

import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.gateway.pipeline.RefusedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Turns what leaves a controller of this API into a refusal; faults are logged here once, with their stack trace. */
@RestControllerAdvice
@Order(0)
class OpenAiErrorAdvice {

  private static final Logger log = LoggerFactory.getLogger(OpenAiErrorAdvice.class);

  private final OpenAiErrors errors;

  OpenAiErrorAdvice(OpenAiErrors errors) {
    this.errors = errors;
  }

  @ExceptionHandler
  void refused(RefusedException e, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    errors.write(request, response, e.refusal());
  }

  @ExceptionHandler
  void unknownPath(NoResourceFoundException e, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    errors.write(request, response, new Refusal.UnknownPath(request.getMethod(), request.getRequestURI()));
  }

  @ExceptionHandler
  void wrongMethod(HttpRequestMethodNotSupportedException e, HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    String[] allowed = e.getSupportedMethods();
    errors.write(request, response,
        new Refusal.MethodNotAllowed(request.getMethod(), allowed == null ? "" : String.join(", ", allowed)));
  }

  /** The database is away; reads of balances and usage need it. */
  @ExceptionHandler
  void databaseAway(DataAccessException e, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    log.error("Request {} needed the database", RequestIds.of(request), e);
    errors.write(request, response, new Refusal.BillingUnavailable());
  }

  /** The client is gone: there is nobody to answer. */
  @ExceptionHandler
  void clientGone(IOException e, HttpServletRequest request) {
    log.debug("Request {}: the client left: {}", RequestIds.of(request), e.toString());
  }

  @ExceptionHandler
  void fault(Exception e, HttpServletRequest request, HttpServletResponse response) throws IOException {
    log.error("Request {} failed", RequestIds.of(request), e);
    errors.write(request, response, new Refusal.Internal());
  }
}
