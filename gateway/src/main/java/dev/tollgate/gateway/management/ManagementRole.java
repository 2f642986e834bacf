package dev.tollgate.gateway.management;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/** Marks what is there only where this process serves the management API: {@code tollgate.roles.management}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnProperty(name = "tollgate.roles.management", havingValue = "true", matchIfMissing = true)
public @interface ManagementRole {}
