package dev.tollgate.gateway.management.changes;

import java.util.Set;

/**
 * Everything that the audit log can say was done, as {@code thing.deed}. The log takes no other action, so that the pages
 * have a name for each in every language.
 */
public final class AuditActions {

  public static final Set<String> ALL = Set.of("adjustment.add", "api-key.create", "api-key.limit",
      "api-key.retire", "api-key.revoke", "api-key.rotate", "backend.drain", "billing-profile.set",
      "budget.set", "contract.conclude", "contract.end", "contract.withdraw", "credit-limit.set",
      "dunning-policy.plan", "dunning.run", "gpu-cost.set", "invitation.accept", "invitation.create",
      "invitation.withdraw", "invoice.credit", "invoice.finalise", "invoice.pay", "invoice.redraft",
      "invoice.refund", "invoice.replace", "issuer.set", "member.change-role", "member.remove", "month.close",
      "month.close-without-waiting", "month.finalise", "operator.change-role", "operator.remove",
      "pack-offer.plan", "pack-offer.withdraw", "pack-order.cancel", "pack-order.paid", "pack-order.pay",
      "pack-order.place", "pack-settings.set", "pack.buy", "person.add-passkey", "person.end-session",
      "person.link-identity", "person.remove-authenticator", "person.remove-passkey",
      "person.set-authenticator", "person.set-password", "person.sign-in", "person.unlink-identity",
      "plan.add", "price.plan", "price.withdraw", "project.create", "project.limit", "project.rename",
      "rate-limits.set", "service-level.agree", "tenant.create", "tenant.limit", "tenant.rename",
      "tenant.resume", "tenant.suspend", "time-band.end", "time-band.plan", "token.create", "token.revoke",
      "top-up.receive");

  private AuditActions() {}
}
