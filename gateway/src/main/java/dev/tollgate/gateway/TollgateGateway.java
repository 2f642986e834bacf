package dev.tollgate.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;

/** Starts the gateway. */
// Nobody signs in with a user name: without the exclusion a password would be made up and printed.
@SpringBootApplication(scanBasePackages = "dev.tollgate", exclude = UserDetailsServiceAutoConfiguration.class)
@ConfigurationPropertiesScan("dev.tollgate")
public class TollgateGateway {

  public static void main(String[] args) {
    SpringApplication.run(TollgateGateway.class, args);
  }
}
