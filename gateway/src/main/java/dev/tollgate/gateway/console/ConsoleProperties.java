package dev.tollgate.gateway.console;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What {@code tollgate.console.*} says.
 *
 * @param address under which browsers reach the pages, such as {@code https://console.example.com}; passkeys and links in
 *     invitations need it wherever that is not {@code localhost}
 * @param apiAddress under which developers reach the API, where that is another one
 */
@ConfigurationProperties("tollgate.console")
public record ConsoleProperties(@Nullable URI address, @Nullable URI apiAddress) {}
