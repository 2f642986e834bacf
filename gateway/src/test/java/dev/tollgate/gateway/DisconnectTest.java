package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.billing.RequestId;
import dev.tollgate.gateway.admission.limits.LimitStatus;
import dev.tollgate.gateway.pipeline.Answer;
import dev.tollgate.gateway.pipeline.AnswerWriter;
import dev.tollgate.gateway.pipeline.Arrival;
import dev.tollgate.gateway.pipeline.GenerationRequest;
import dev.tollgate.gateway.pipeline.Pipeline;
import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.inference.protocol.Prompt;
import dev.tollgate.inference.protocol.Sampling;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.Scope;
import dev.tollgate.testing.StandInBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Money rule 5: a client that leaves stops its generation and pays for what the gateway had received. */
class DisconnectTest extends GatewayTest {

  private static final Duration SOON = Duration.ofSeconds(2);

  @Autowired
  Pipeline pipeline;

  @Test
  void aStreamsGenerationStopsWhenItsClientLeavesAndWhatCameIsBilled() throws Exception {
    Account account = paying(USD);
    int cancelled = BACKEND.cancelled();
    try (var socket = open(account, streamBody("four words delay=10 out=100000"))) {
      var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      int seen = 0;
      while (seen < 20) {
        if (lines.readLine().contains("\"content\":\"")) {
          seen++;
        }
      }
    }
    await().atMost(SOON).until(() -> BACKEND.cancelled() == cancelled + 1 && !usage(account).isEmpty());
    UsageRow row = lastUsage(account);
    assertThat(row.outcome()).isEqualTo("CLIENT_DISCONNECTED");
    assertThat(row.inputTokens()).isEqualTo(4);
    assertThat(row.outputTokens()).isBetween(19L, 200L);
    assertThat(row.amountPico()).isEqualTo(4 * 3_000_000 + row.outputTokens() * 6_000_000);
    assertThat(money(account)).isEqualTo(USD - row.amountPico());
  }

  @Test
  void aWholeAnswersGenerationStopsTooAlthoughNothingWasWrittenYet() throws Exception {
    Account account = paying(USD);
    int cancelled = BACKEND.cancelled();
    int running = BACKEND.running();
    try (var socket = open(account, chatBody("three words delay=20 out=100000"))) {
      await().atMost(SOON).until(() -> BACKEND.running() == running + 1);
      assertThat(socket.isConnected()).isTrue();
    }
    await().atMost(SOON).until(() -> BACKEND.cancelled() == cancelled + 1 && !usage(account).isEmpty());
    assertThat(lastUsage(account).outcome()).isEqualTo("CLIENT_DISCONNECTED");
    assertThat(lastUsage(account).inputTokens()).isEqualTo(4);
  }

  @Test
  void aPipelinedSecondRequestIsNotTakenForADeparture() throws Exception {
    Account account = paying(USD);
    try (var socket = open(account, chatBody("delay=20 out=10"))) {
      socket.getOutputStream().write(request(account, chatBody("second out=1")));
      socket.setSoTimeout(10_000);
      var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      int answers = 0;
      while (answers < 2) {
        if (lines.readLine().contains("HTTP/1.1 200")) {
          answers++;
        }
      }
    }
    assertThat(usage(account)).extracting(UsageRow::outcome).containsOnly("COMPLETED");
  }

  @Test
  void aClientThatReadsTooSlowlyPaysForWhatWasGenerated() throws Exception {
    Account account = paying(USD);
    serve(account, "one two out=100 abandon=10", 600);
    assertThat(lastUsage(account)).satisfies(row -> {
      assertThat(row.outcome()).isEqualTo("CLIENT_DISCONNECTED");
      assertThat(row.outputTokens()).isEqualTo(10);
      assertThat(row.amountPico()).isEqualTo(4 * 3_000_000 + 10 * 6_000_000);
    });
  }

  @Test
  void anAnswerGivenUpWithoutTheClientsDoingCostsNothing() throws Exception {
    Account account = paying(USD);
    serve(account, "one two out=100 abandon=10", 0);
    assertThat(lastUsage(account).outcome()).isEqualTo("BACKEND_FAILED");
    assertThat(money(account)).isEqualTo(USD);
  }

  /** Through the pipeline alone: how long a write takes is up to the test. */
  private void serve(Account account, String prompt, long writeMillis) throws Exception {
    var caller = new Caller(account.tenant(), account.project().id(), account.key(),
        EnumSet.allOf(Scope.class));
    var arrival = new Arrival(new RequestId(UuidCreator.getTimeOrderedEpoch()), Instant.now(), caller,
        () -> false);
    var request = new GenerationRequest("/v1/completions", StandInBackend.MODEL,
        List.of(Prompt.newBuilder().setText(prompt).build()), 1, Sampling.getDefaultInstance(), 0);
    pipeline.serve(arrival, request, new SlowWriter(writeMillis));
  }

  /** A client whose first piece of text takes its time to be taken. */
  private static final class SlowWriter implements AnswerWriter {

    private long pauseMillis;

    SlowWriter(long pauseMillis) {
      this.pauseMillis = pauseMillis;
    }

    @Override
    public void limits(LimitStatus status) {
      // Nothing is sent anywhere.
    }

    @Override
    public void begin() {
      // Nothing is sent anywhere.
    }

    @Override
    public void text(int choice, String text) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
      pauseMillis = 0;
    }

    @Override
    public void flush() {
      // Nothing is sent anywhere.
    }

    @Override
    public void end(Answer answer) {
      throw new AssertionError("An answer that was given up has no end");
    }

    @Override
    public void fail(Refusal refusal) {
      // What the client is told is not at issue here.
    }

    @Override
    public void abandon() {
      // What is kept for a later request is not at issue here.
    }
  }

  private Socket open(Account account, String body) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.getOutputStream().write(request(account, body));
    return socket;
  }

  private static byte[] request(Account account, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + "Authorization: Bearer " + account.secret() + "\r\nContent-Length: " + bytes.length + "\r\n\r\n";
    return (head + body).getBytes(StandardCharsets.UTF_8);
  }
}
