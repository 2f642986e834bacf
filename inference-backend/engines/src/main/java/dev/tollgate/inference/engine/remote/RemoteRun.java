package dev.tollgate.inference.engine.remote;

import com.google.gson.JsonObject;
import dev.tollgate.inference.engine.Refusal;
import dev.tollgate.inference.engine.relay.TokenRuntime;
import dev.tollgate.inference.engine.relay.TokenSink;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream from the server. Read on a virtual thread of its own; cancelled by closing it. */
final class RemoteRun implements TokenRuntime.Run {

  private static final Logger log = LoggerFactory.getLogger(RemoteRun.class);

  private final RemoteServer server;
  private final ChunkReader reader;
  private final TokenSink sink;
  private final int promptTokens;
  private volatile @Nullable CompletableFuture<HttpResponse<InputStream>> asking;
  private volatile @Nullable InputStream stream;
  private volatile boolean cancelled;
  private volatile @Nullable String aborted;
  private volatile long heardAt = System.nanoTime();
  private volatile boolean waits;
  private volatile boolean begun;
  private int cached = -1;
  private int counted;
  private int saidCompletion = -1;
  private TokenSink.@Nullable End end;

  RemoteRun(RemoteServer server, ChunkReader reader, TokenSink sink, int promptTokens) {
    this.server = server;
    this.reader = reader;
    this.sink = sink;
    this.promptTokens = promptTokens;
  }

  /** Sends the request and hands the stream over to a thread once it is there. */
  void begin(JsonObject body, RemoteOutages outages, Runnable over) {
    CompletableFuture<HttpResponse<InputStream>> future = server.ask(body);
    asking = future;
    if (cancelled) {
      future.cancel(true);
    }
    var _ = future.whenComplete((response, failure) -> server.run(() -> {
      try {
        if (failure != null) {
          notReached(failure, outages);
        } else {
          outages.reached();
          read(response);
        }
      } finally {
        over.run();
      }
    }));
  }

  private void notReached(Throwable failure, RemoteOutages outages) {
    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
    if (!cancelled) {
      String reason = aborted;
      if (cause instanceof IOException) {
        outages.lost();
      }
      sink.failed(reason != null ? reason : "the server cannot be reached: " + cause);
    }
  }

  private void read(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      stream = body;
      if (cancelled) {
        return;
      }
      Rejection rejection = server.rejection(response);
      if (rejection != null) {
        rejected(rejection);
      } else {
        readEvents(new EventStream(body));
      }
    } catch (IOException e) {
      lost(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reasons of 400 and 422 may quote the request; those stay out of the log. */
  private void rejected(Rejection rejection) {
    Refusal refusal = rejection.refusal();
    if (refusal == null) {
      log.error("an answer failed: {}", rejection.message());
      sink.failed(rejection.message());
      return;
    }
    if (refusal.code() == Refusal.Code.OVERLOADED) {
      log.warn("an answer is left to others: {}", rejection.message());
    }
    sink.refused(refusal);
  }

  private void readEvents(EventStream events) throws IOException, InterruptedException {
    while (awaitDemand()) {
      String data = events.next();
      heardAt = System.nanoTime();
      if (data == null || data.equals("[DONE]")) {
        finish(data == null);
        return;
      }
      Chunk chunk = reader.read(data);
      if (chunk.error() != null) {
        sink.failed("the server reports an error: " + chunk.error());
        return;
      }
      if (!take(chunk)) {
        return;
      }
    }
  }

  private boolean awaitDemand() throws InterruptedException {
    waits = true;
    boolean goesOn = sink.awaitDemand() && !cancelled;
    heardAt = System.nanoTime();
    waits = false;
    return goesOn;
  }

  /** @return whether the stream goes on */
  private boolean take(Chunk chunk) {
    cached = Math.max(cached, chunk.cachedTokens());
    saidCompletion = Math.max(saidCompletion, chunk.completionTokens());
    if (chunk.promptTokens() >= 0 && chunk.promptTokens() != promptTokens) {
      log.warn("the server counts {} prompt tokens where the tokenizer counts {}", chunk.promptTokens(),
          promptTokens);
    }
    if (!chunk.ids().isEmpty()) {
      begun = true;
      counted += chunk.ids().size();
      sink.tokens(chunk.ids().toArray(), cached);
    }
    String finish = chunk.finish();
    if (finish != null) {
      end = switch (finish) {
        case "stop", "tool_calls", "function_call", "content_filter" -> TokenSink.End.STOP;
        case "length" -> TokenSink.End.LENGTH;
        default -> null;
      };
      if (end == null) {
        sink.failed("the server gave the answer up: " + finish);
        return false;
      }
    }
    return true;
  }

  private void finish(boolean cutOff) {
    if (end == null) {
      lost(
          cutOff ? "the stream ended before the answer did" : "the server ended the stream without a reason");
      return;
    }
    // The end token may be among the server's count and not in its list.
    if (saidCompletion >= 0 && saidCompletion != counted && saidCompletion != counted + 1) {
      log.warn("the server counts {} output tokens and listed {}", saidCompletion, counted);
    }
    sink.ended(end, Math.max(cached, 0));
  }

  private void lost(String message) {
    String reason = aborted;
    if (!cancelled) {
      if (end != null && reason == null) {
        sink.ended(end, Math.max(cached, 0));
      } else {
        sink.failed(reason != null ? reason : "the answer broke off: " + message);
      }
    }
  }

  /** Gives up what has not been heard of for too long. */
  void checkLimits(long now, Duration firstToken, Duration token) {
    long silence = now - heardAt;
    Duration limit = begun ? token : firstToken;
    if (!waits && silence > limit.toNanos() && aborted == null) {
      aborted = "the server sent nothing for " + limit.toMillis() + " ms";
      close();
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    close();
  }

  private void close() {
    CompletableFuture<HttpResponse<InputStream>> future = asking;
    if (future != null) {
      future.cancel(true);
    }
    InputStream open = stream;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.debug("closing a stream failed", e);
      }
    }
  }
}
