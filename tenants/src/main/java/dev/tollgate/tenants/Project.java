package dev.tollgate.tenants;

import java.time.Instant;

/**
 * A project as it was when read.
 *
 * @param name unique within its tenant, at most 100 characters
 * @param version rises with every change
 */
public record Project(TenantId tenant, ProjectId id, String name, Instant createdAt, int version) {}
