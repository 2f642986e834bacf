package dev.tollgate.gateway.connections;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ConnectionsConfiguration {

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> watchfulConnections() {
    return factory -> {
      factory.setProtocol(WatchfulProtocol.class.getName());
      factory.addEngineValves(new ClientValve());
    };
  }

  /** Hands the processor on to the servlets, which see no Tomcat type. */
  private static final class ClientValve extends ValveBase {

    ClientValve() {
      super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      if (request.getCoyoteRequest().getNote(WatchfulProcessor.NOTE) instanceof Client client) {
        request.setAttribute(Clients.ATTRIBUTE, client);
      }
      getNext().invoke(request, response);
    }
  }
}
