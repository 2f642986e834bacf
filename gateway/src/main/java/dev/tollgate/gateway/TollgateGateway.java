package dev.tollgate.gateway;

import java.security.Security;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;

/** Starts the gateway. */
// Nobody signs in with a user name: without the exclusion a password would be made up and printed.
@SpringBootApplication(scanBasePackages = "dev.tollgate", exclude = UserDetailsServiceAutoConfiguration.class)
@ConfigurationPropertiesScan("dev.tollgate")
public class TollgateGateway {

  /** Java would keep a name's addresses for 30 seconds, and follow backends and databases that move as late as that. */
  private static final String NAMES_KEPT = "networkaddress.cache.ttl";

  public static void main(String[] args) {
    if (Security.getProperty(NAMES_KEPT) == null) {
      Security.setProperty(NAMES_KEPT, "4");
    }
    SpringApplication.run(TollgateGateway.class, args);
  }
}
