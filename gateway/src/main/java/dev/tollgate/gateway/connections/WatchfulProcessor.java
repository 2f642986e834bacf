package dev.tollgate.gateway.connections;

import java.io.IOException;
import org.apache.coyote.Adapter;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;

/**
 * Tomcat's HTTP/1.1 processor, which can also tell whether the client went away while its request is being answered.
 * The servlet API has no such question: a client that leaves is noticed there only by a failing write, and an answer
 * that is generated before it is written would be computed to the end for nobody.
 */
final class WatchfulProcessor extends Http11Processor implements Client {

  /** Tomcat uses the first few notes of a request; this one is ours and survives keep-alive. */
  static final int NOTE = 17;

  WatchfulProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
    super(protocol, adapter);
    request.setNote(NOTE, this);
  }

  @Override
  public boolean isGone() {
    var socket = getSocketWrapper();
    if (socket == null || socket.isClosed()) {
      return true;
    }
    try {
      // Fills the socket's own buffer without blocking, so a pipelined next request is kept, and fails at the end of
      // the stream.
      socket.isReadyForRead();
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
