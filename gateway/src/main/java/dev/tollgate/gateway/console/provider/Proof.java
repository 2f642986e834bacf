package dev.tollgate.gateway.console.provider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the provider says of somebody, in an ID token that was checked.
 *
 * @param subject who it is at the provider, for ever
 * @param verifiedEmail null where the provider does not say that the address is the person's
 * @param name how the person is called there; null where the provider does not say
 * @param multiFactor whether more than one factor was asked for there ({@code amr} of RFC 8176)
 * @param provedAt when the person last proved who it is; null where the provider does not tell
 */
public record Proof(String issuer, String subject, @Nullable String verifiedEmail, @Nullable String name,
    boolean multiFactor, @Nullable Instant provedAt) {}
