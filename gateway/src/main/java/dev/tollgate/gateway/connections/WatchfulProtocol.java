package dev.tollgate.gateway.connections;

import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/** HTTP/1.1 over NIO with {@link WatchfulProcessor}s. Public because Tomcat makes it by name. */
public final class WatchfulProtocol extends Http11NioProtocol {

  @Override
  protected Processor createProcessor() {
    return new WatchfulProcessor(this, getAdapter());
  }
}
