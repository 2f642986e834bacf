package dev.tollgate.gateway.api;

import dev.tollgate.gateway.admission.idempotency.KeptBody;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A response that remembers its body, up to a bound, and whose last part can be held back. */
final class RecordedResponse extends HttpServletResponseWrapper {

  private final Recordings.Recording recording;
  private final Tee out = new Tee();
  private @Nullable ByteArrayOutputStream held;

  RecordedResponse(HttpServletResponse response, Recordings.Recording recording) {
    super(response);
    this.recording = recording;
  }

  /** Sends nothing from here on, until it is released. */
  void hold() {
    held = new ByteArrayOutputStream(1024);
  }

  /** Sends what was held back. */
  void release() throws IOException {
    ByteArrayOutputStream rest = held;
    held = null;
    if (rest != null) {
      rest.writeTo(super.getOutputStream());
      super.flushBuffer();
    }
  }

  /** All that was written, or null if it was too much to be remembered. */
  @Nullable
  KeptBody recorded() {
    return recording.body();
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return out;
  }

  @Override
  public void flushBuffer() throws IOException {
    if (held == null) {
      super.flushBuffer();
    }
  }

  private ServletOutputStream sent() throws IOException {
    return super.getOutputStream();
  }

  private final class Tee extends ServletOutputStream {

    @Override
    public void write(int octet) throws IOException {
      write(new byte[]{(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      recording.add(bytes, offset, length);
      if (held == null) {
        sent().write(bytes, offset, length);
      } else {
        held.write(bytes, offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      flushBuffer();
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new IllegalStateException("Answers are written by the thread that serves the request");
    }
  }
}
