package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.tenants.TenantId;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Issuers and profiles in the database. */
public final class StoredProfiles implements BillingProfiles {

  private final JdbcProfileStore store;
  private final TransactionTemplate transaction;

  public StoredProfiles(DataSource database) {
    this.store = new JdbcProfileStore(JdbcClient.create(database));
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  @Override
  public Recording issue(Issuer issuer) {
    return PartyRules.violation(issuer).<Recording>map(refused -> refused).orElseGet(() -> {
      transaction.executeWithoutResult(status -> store.putIssuer(issuer, store.add(null, issuer.party())));
      return new Recording.Recorded();
    });
  }

  @Override
  public Optional<Issuer> issuer(String code) {
    return store.issuer(code);
  }

  @Override
  public Recording record(TenantId tenant, Profile profile) {
    return PartyRules.violation(profile).<Recording>map(refused -> refused)
        .orElseGet(() -> Objects.requireNonNull(transaction.execute(status -> put(tenant, profile))));
  }

  private Recording put(TenantId tenant, Profile profile) {
    if (store.issuer(profile.issuer()).isEmpty()) {
      return new Recording.Refused("issuer", "must be one that is recorded");
    }
    store.putProfile(tenant, profile, store.add(tenant, profile.party()));
    return new Recording.Recorded();
  }

  @Override
  public Optional<Profile> of(TenantId tenant) {
    return store.profile(tenant);
  }
}
