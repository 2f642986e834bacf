package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.Lettering;
import dev.tollgate.tenants.TenantId;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Issuers and profiles in the database. */
public final class StoredProfiles implements BillingProfiles {

  private final JdbcProfileStore store;
  private final TransactionTemplate transaction;
  private final Lettering letters;

  /** Profiles of which nothing is printed: every letter will do. */
  public StoredProfiles(DataSource database) {
    this(database, text -> OptionalInt.empty());
  }

  public StoredProfiles(DataSource database, Lettering letters) {
    this.letters = letters;
    this.store = new JdbcProfileStore(JdbcClient.create(database));
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  @Override
  public Recording issue(Issuer issuer) {
    return PartyRules.violation(issuer).or(() -> PartyRules.unprintable(issuer.party(), null, letters))
        .<Recording>map(refused -> refused)
        .orElseGet(() -> Objects.requireNonNull(transaction.execute(status -> put(issuer))));
  }

  private Recording put(Issuer issuer) {
    store.lockPrefixes();
    store.lockIssuer(issuer.code());
    if (store.isPrefixTaken(issuer)) {
      return new Recording.Refused("numberPrefix",
          "must not begin the numbers of another issuer, nor those of credit notes, which have a C behind it");
    }
    if (issuer.party().taxId() == null && store.taxes(issuer.code())) {
      return new Recording.Refused("taxId",
          "must stay while tenants are taxed, by BR-S-02, BR-AE-02 and BR-E-02 of EN 16931");
    }
    store.putIssuer(issuer, store.add(null, issuer.party()));
    return new Recording.Recorded();
  }

  @Override
  public Optional<Issuer> issuer(String code) {
    return store.issuer(code);
  }

  @Override
  public Recording record(TenantId tenant, Profile profile) {
    return PartyRules.violation(profile)
        .or(() -> PartyRules.unprintable(profile.party(), profile.tax().note(), letters))
        .<Recording>map(refused -> refused)
        .orElseGet(() -> Objects.requireNonNull(transaction.execute(status -> put(tenant, profile))));
  }

  private Recording put(TenantId tenant, Profile profile) {
    store.lockIssuer(profile.issuer());
    Optional<Issuer> issuer = store.issuer(profile.issuer());
    if (issuer.isEmpty()) {
      return new Recording.Refused("issuer", "must be one that is recorded");
    }
    Optional<Recording.Refused> violation = PartyRules.violation(profile, issuer.get());
    if (violation.isPresent()) {
      return violation.get();
    }
    store.putProfile(tenant, profile, store.add(tenant, profile.party()));
    return new Recording.Recorded();
  }

  @Override
  public Optional<Profile> of(TenantId tenant) {
    return store.profile(tenant);
  }
}
