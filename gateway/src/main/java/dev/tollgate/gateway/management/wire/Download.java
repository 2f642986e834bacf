package dev.tollgate.gateway.management.wire;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;

/**
 * A file as an answer, sent while it is made. Nothing is said before its first byte, so that a refusal can still be
 * answered as a problem.
 */
public final class Download extends OutputStream {

  private final HttpServletResponse response;
  private final String mediaType;
  private final String name;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private @Nullable OutputStream begun;

  /** @param name of the file, as the client is to keep it */
  public Download(HttpServletResponse response, String mediaType, String name) {
    this.response = response;
    this.mediaType = mediaType;
    this.name = name;
  }

  /** Says something else of the file; before its first byte. */
  public Download with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  @Override
  public void write(int one) throws IOException {
    begun().write(one);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    begun().write(bytes, from, length);
  }

  @Override
  public void flush() throws IOException {
    if (begun != null) {
      begun.flush();
    }
  }

  private OutputStream begun() throws IOException {
    OutputStream out = begun;
    if (out == null) {
      response.setContentType(mediaType);
      response.setHeader(HttpHeaders.CONTENT_DISPOSITION,
          ContentDisposition.attachment().filename(name).build().toString());
      headers.forEach(response::setHeader);
      out = response.getOutputStream();
      begun = out;
    }
    return out;
  }
}
