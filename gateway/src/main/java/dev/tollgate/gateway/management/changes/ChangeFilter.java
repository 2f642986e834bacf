package dev.tollgate.gateway.management.changes;

import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.gateway.management.ManagementRole;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.gateway.management.problems.FieldError;
import dev.tollgate.gateway.management.problems.Problems;
import dev.tollgate.gateway.management.problems.Rejection;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Makes a request that may change something one transaction, with its audit entry and the answer that is kept for it: all
 * are committed together before the answer leaves, or none is (ADR 10).
 */
@Component
@ManagementRole
public final class ChangeFilter extends OncePerRequestFilter {

  private static final Logger log = LoggerFactory.getLogger(ChangeFilter.class);
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
  private static final int MOST_BYTES = 64 * 1024;
  private static final int FIRST_ERROR = 400;

  private final PlatformTransactionManager transactions;
  private final JdbcClient jdbc;
  private final Repetitions repetitions;
  private final Problems problems;

  ChangeFilter(PlatformTransactionManager transactions, JdbcClient jdbc, Repetitions repetitions,
      Problems problems) {
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.repetitions = repetitions;
    this.problems = problems;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return READING.contains(request.getMethod());
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    byte[] body = request.getInputStream().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      problems.write(request, response, new Rejection.BodyTooLarge(MOST_BYTES));
      return;
    }
    String key = request.getMethod().equals("POST") ? request.getHeader(Repetitions.HEADER) : null;
    if (key != null && !Repetitions.isKey(key)) {
      problems.write(request, response, new Rejection.Invalid(
          List.of(FieldError.of(Repetitions.HEADER, "must have 1 to 255 printable ASCII characters"))));
      return;
    }
    var held = new ContentCachingResponseWrapper(response);
    try {
      inTransaction(new ReadBody(request, body), held, chain,
          key == null ? null : repetitions.of(request, Actor.current(), key, body));
    } catch (DataAccessResourceFailureException | TransientDataAccessException | TransactionException e) {
      log.error("Request {} was not committed", RequestIds.of(request), e);
      problems.write(request, held, new Rejection.Unavailable());
    } catch (RuntimeException e) {
      log.error("Request {} failed", RequestIds.of(request), e);
      problems.write(request, held, new Rejection.Internal());
    }
    held.copyBodyToResponse();
  }

  private void inTransaction(ReadBody request, ContentCachingResponseWrapper response, FilterChain chain,
      Repetitions.@Nullable Attempt attempt) throws ServletException, IOException {
    TransactionStatus transaction = transactions.getTransaction(new DefaultTransactionDefinition());
    boolean done = false;
    try {
      jdbc.sql("SET LOCAL lock_timeout = '10s'").update();
      if (attempt == null || attempt.isFirst()) {
        chain.doFilter(request, response);
        done = response.getStatus() < FIRST_ERROR;
        requireRecord(request, done);
        if (done && attempt != null) {
          attempt.keep(response);
        }
      } else {
        attempt.repeat(request, response, problems);
      }
    } finally {
      if (!done) {
        transactions.rollback(transaction);
      }
    }
    if (done) {
      transactions.commit(transaction);
    }
  }

  private static void requireRecord(HttpServletRequest request, boolean done) {
    if (done && !Change.wasRecorded(request)) {
      throw new IllegalStateException(
          request.getMethod() + " " + request.getRequestURI() + " changed something and recorded nothing");
    }
  }
}
