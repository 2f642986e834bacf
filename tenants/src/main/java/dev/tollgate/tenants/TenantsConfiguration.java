package dev.tollgate.tenants;

import dev.tollgate.db.ChangeFeedConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * All of this module. It asks of the application: a {@code DataSource}, Spring Boot's JPA and JDBC auto-configuration, a
 * {@link java.time.Clock}, and the property {@code tollgate.tenants.key-pepper}.
 */
@Configuration(proxyBeanMethods = false)
@ComponentScan
// Where Spring Boot looks for entities and repositories, in addition to the application's own package.
@AutoConfigurationPackage(basePackages = "dev.tollgate.tenants")
@Import(ChangeFeedConfiguration.class)
public class TenantsConfiguration {}
