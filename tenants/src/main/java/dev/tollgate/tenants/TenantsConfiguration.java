package dev.tollgate.tenants;

import dev.tollgate.db.ChangeFeedConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * All of this module. It asks of the application: a {@code DataSource}, Spring Boot's JDBC auto-configuration, a
 * {@link java.time.Clock}, and the property {@code tollgate.tenants.key-pepper}.
 */
@Configuration(proxyBeanMethods = false)
@ComponentScan
@Import(ChangeFeedConfiguration.class)
public class TenantsConfiguration {}
