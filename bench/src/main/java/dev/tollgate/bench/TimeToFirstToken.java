package dev.tollgate.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Takes the time from sending a streaming request to the first piece of text, one request at a time over one
 * connection, for two addresses in turn; prints the medians and what the first adds to the second.
 *
 * <p>Arguments: address A, key for A, address B, rounds.
 */
public final class TimeToFirstToken {

  private static final byte[] MARK = "\"content\":\"w0".getBytes(StandardCharsets.UTF_8);
  private static final byte[] END = "[DONE]\n\n".getBytes(StandardCharsets.UTF_8);
  private static final byte[] LAST_CHUNK = "\r\n0\r\n\r\n".getBytes(StandardCharsets.UTF_8);

  private TimeToFirstToken() {}

  public static void main(String[] args) throws IOException {
    int rounds = Integer.parseInt(args[3]);
    try (var a = new Connection(URI.create(args[0]), args[1]);
        var b = new Connection(URI.create(args[2]), "none")) {
      for (int i = 0; i < rounds / 2; i++) {
        a.ask();
        b.ask();
      }
      long[] timesA = new long[rounds];
      long[] timesB = new long[rounds];
      for (int i = 0; i < rounds; i++) {
        timesA[i] = a.ask();
        timesB[i] = b.ask();
      }
      Arrays.sort(timesA);
      Arrays.sort(timesB);
      System.out.printf(
          "time to first token, microseconds, %d rounds: gateway p50 %d p99 %d; nginx p50 %d p99 %d; "
              + "added at the median %d%n",
          rounds, at(timesA, 50), at(timesA, 99), at(timesB, 50), at(timesB, 99),
          at(timesA, 50) - at(timesB, 50));
    }
  }

  private static long at(long[] sorted, int percent) {
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1_000;
  }

  private static final class Connection implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private final byte[] request;

    Connection(URI address, String key) throws IOException {
      socket = new Socket(address.getHost(), address.getPort());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      in = new BufferedInputStream(socket.getInputStream());
      String body = "{\"model\":\"stand-in\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":"
          + "\"What is the capital of Portugal and why? out=16 batch=16\"}]}";
      request = ("POST /v1/chat/completions HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
          + "Authorization: Bearer " + key + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
          .getBytes(StandardCharsets.UTF_8);
    }

    /** Nanoseconds to the first text; reads the answer to its end. */
    long ask() throws IOException {
      long start = System.nanoTime();
      socket.getOutputStream().write(request);
      boolean chunked = readHead().contains("transfer-encoding: chunked");
      skipPast(MARK);
      long first = System.nanoTime() - start;
      skipPast(END);
      if (chunked) {
        skipPast(LAST_CHUNK);
      }
      return first;
    }

    private String readHead() throws IOException {
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("The answer has no head");
        }
        head.append((char) next);
      }
      return head.toString().toLowerCase(Locale.ROOT);
    }

    private void skipPast(byte[] mark) throws IOException {
      for (int matched = 0; matched < mark.length;) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("The answer ended early");
        }
        matched = next == mark[matched] ? matched + 1 : next == mark[0] ? 1 : 0;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
