package dev.tollgate.gateway.console;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/** Marks what is there only where this process serves pages: {@code tollgate.roles.management}, as the management API. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnProperty(name = "tollgate.roles.management", havingValue = "true", matchIfMissing = true)
public @interface PagesRole {}
