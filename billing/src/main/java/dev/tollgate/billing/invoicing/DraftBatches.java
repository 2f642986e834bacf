package dev.tollgate.billing.invoicing;

import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Drafts for many tenants at once. Where that fails, each of them is tried by itself, and those that fail again are set
 * aside: one tenant's fault must not keep the others from their invoices. The transaction is the caller's, and what failed
 * is taken back to a savepoint in it, so that tenants stay locked from when they are claimed until it is known what became
 * of them (ADR 0034).
 */
final class DraftBatches {

  private static final Logger log = LoggerFactory.getLogger(DraftBatches.class);

  private final JdbcDraftStore store;
  private final Duration retryAfter;
  private final Drafting drafting;
  private final TransactionTemplate toSavepoint;

  DraftBatches(JdbcDraftStore store, Duration retryAfter, Drafting drafting,
      PlatformTransactionManager transactions) {
    this.store = store;
    this.retryAfter = retryAfter;
    this.drafting = drafting;
    this.toSavepoint = new TransactionTemplate(transactions);
    this.toSavepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
  }

  /**
   * Drafts for some tenants that nobody else works on, or sets them aside; how many there were.
   *
   * @param begun when the caller began to draft: who is set aside since is left to another time, however long this takes
   */
  int draftSome(long close, Instant begun, int most) {
    List<TenantId> tenants = store.claim(close, begun, most);
    if (!tenants.isEmpty() && !draftTogether(close, tenants)) {
      tenants.forEach(tenant -> draftOrSetAside(close, tenant));
    }
    return tenants.size();
  }

  private boolean draftTogether(long close, List<TenantId> tenants) {
    try {
      draft(close, tenants);
      return true;
    } catch (RuntimeException e) {
      log.debug("Drafts for {} tenants failed together and are written one by one", tenants.size(), e);
      return false;
    }
  }

  /** Where the database itself is away, it cannot set aside either, and the caller's transaction fails as a whole. */
  private void draftOrSetAside(long close, TenantId tenant) {
    try {
      draft(close, List.of(tenant));
    } catch (RuntimeException e) {
      if (store.setAside(close, tenant, reason(e), retryAfter)) {
        log.error(
            "No drafts can be written for the tenant {}; the close goes on with the others and tries it again",
            tenant, e);
      }
    }
  }

  private void draft(long close, List<TenantId> tenants) {
    toSavepoint.executeWithoutResult(status -> {
      drafting.draft(close, tenants);
      store.drafted(close, tenants);
    });
  }

  private static String reason(Throwable fault) {
    Throwable cause = fault;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
  }
}
