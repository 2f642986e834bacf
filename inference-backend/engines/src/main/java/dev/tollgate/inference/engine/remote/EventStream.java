package dev.tollgate.inference.engine.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Server-sent events, of which only the data matter. */
final class EventStream {

  private static final int LONGEST_LINE = 4 << 20;

  private final InputStream input;
  private final byte[] buffer = new byte[16 << 10];
  private int at;
  private int filled;

  EventStream(InputStream input) {
    this.input = input;
  }

  /** The next event's data; null at the end of the stream. */
  @Nullable
  String next() throws IOException {
    StringBuilder data = new StringBuilder();
    String line = line();
    while (line != null) {
      if (line.startsWith("data:")) {
        data.append(data.isEmpty() ? "" : "\n").append(line.substring(line.startsWith("data: ") ? 6 : 5));
      } else if (line.isEmpty() && !data.isEmpty()) {
        return data.toString();
      }
      line = line();
    }
    return data.isEmpty() ? null : data.toString();
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    while (true) {
      if (at == filled) {
        filled = input.read(buffer);
        at = 0;
        if (filled < 0) {
          filled = 0;
          return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
        }
      }
      int end = at;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      line.write(buffer, at, end - at);
      if (line.size() > LONGEST_LINE) {
        throw new IOException("the server sent a line of more than " + LONGEST_LINE + " bytes");
      }
      boolean whole = end < filled;
      at = whole ? end + 1 : end;
      if (whole) {
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
    }
  }
}
