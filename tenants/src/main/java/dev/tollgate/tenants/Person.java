package dev.tollgate.tenants;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person as it was when read.
 *
 * @param email in lower case; unique
 * @param name for people, at most 100 characters
 * @param operatorRole null for who is no person of the operator
 */
public record Person(PersonId id, String email, String name, @Nullable OperatorRole operatorRole,
    Instant createdAt) {}
