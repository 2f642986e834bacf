package dev.tollgate.gateway.management.access;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import java.util.Set;

/**
 * Who may call one endpoint. A tenant's people reach what is below their own tenant only; anything else of that kind does
 * not exist for them.
 *
 * @param endpoint method and path below {@code /api/v1}, as mapped
 * @param title what it does, in a few words; the documentation shows it
 */
public record Access(String endpoint, String title, Set<OperatorRole> operators, Set<MemberRole> members) {}
