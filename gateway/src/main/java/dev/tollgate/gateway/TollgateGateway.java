package dev.tollgate.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the gateway. */
@SpringBootApplication(scanBasePackages = "dev.tollgate")
@ConfigurationPropertiesScan("dev.tollgate")
public class TollgateGateway {

  public static void main(String[] args) {
    SpringApplication.run(TollgateGateway.class, args);
  }
}
