package dev.tollgate.billing;

import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;

/** Who pays for a request and through which project and key it came. */
public record Payer(TenantId tenant, ProjectId project, ApiKeyId key) {}
