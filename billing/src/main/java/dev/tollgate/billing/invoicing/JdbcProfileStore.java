package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.BillingProfiles.Issuer;
import dev.tollgate.billing.BillingProfiles.Profile;
import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Party;
import dev.tollgate.tenants.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Parties, issuers and the profiles of tenants. */
final class JdbcProfileStore {

  private final JdbcClient jdbc;

  JdbcProfileStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  long add(@Nullable TenantId tenant, Party party) {
    return jdbc
        .sql(
            """
                INSERT INTO billing.party (tenant_id, name, street, street_2, postal_code, city, country, tax_id, registration,
                  email, iban, bic)
                VALUES (CAST(:tenant AS uuid), :name, :street, :street2, :postalCode, :city, :country, :taxId, :registration,
                  :email, :iban, :bic) RETURNING id
                """)
        .param("tenant", tenant == null ? null : tenant.value()).param("name", party.name())
        .param("street", party.street()).param("street2", party.street2())
        .param("postalCode", party.postalCode())
        .param("city", party.city()).param("country", party.country()).param("taxId", party.taxId())
        .param("registration", party.registration()).param("email", party.email()).param("iban", party.iban())
        .param("bic", party.bic()).query(Long.class).single();
  }

  void putIssuer(Issuer issuer, long party) {
    jdbc.sql(
        """
            INSERT INTO billing.issuer (code, party_id, zone, number_prefix) VALUES (:code, :party, :zone, :prefix)
            ON CONFLICT (code) DO UPDATE
            SET party_id = excluded.party_id, zone = excluded.zone, number_prefix = excluded.number_prefix
            """)
        .param("code", issuer.code()).param("party", party).param("zone", issuer.zone().getId())
        .param("prefix", issuer.numberPrefix()).update();
  }

  void putProfile(TenantId tenant, Profile profile, long party) {
    jdbc.sql(
        """
            INSERT INTO billing.profile (tenant_id, issuer, party_id, tax_kind, tax_basis_points, tax_note, payment_days)
            VALUES (:tenant, :issuer, :party, :kind, :basisPoints, :note, :days)
            ON CONFLICT (tenant_id) DO UPDATE SET issuer = excluded.issuer, party_id = excluded.party_id,
              tax_kind = excluded.tax_kind, tax_basis_points = excluded.tax_basis_points, tax_note = excluded.tax_note,
              payment_days = excluded.payment_days
            """)
        .param("tenant", tenant.value()).param("issuer", profile.issuer()).param("party", party)
        .param("kind", profile.tax().kind().name()).param("basisPoints", profile.tax().basisPoints())
        .param("note", profile.tax().note()).param("days", profile.paymentDays()).update();
  }

  /** Until the transaction ends: an issuer's tax id and how its tenants are taxed depend on each other. */
  void lockIssuer(String code) {
    jdbc.sql("SELECT code FROM billing.issuer WHERE code = :code FOR NO KEY UPDATE").param("code", code)
        .query(String.class).optional();
  }

  /** Until the transaction ends: lets one issuer at a time choose what its numbers begin with. */
  void lockPrefixes() {
    jdbc.sql("LOCK TABLE billing.number_prefix IN SHARE ROW EXCLUSIVE MODE").update();
  }

  /** Whether other documents than the issuer's own of the same kind have or had what its numbers would begin with. */
  boolean isPrefixTaken(Issuer issuer) {
    return jdbc.sql("""
        SELECT EXISTS (
          SELECT FROM billing.number_prefixes(:code, :prefix) w JOIN billing.number_prefix t USING (prefix)
          WHERE (t.issuer, t.series) <> (w.issuer, w.series))
        """).param("code", issuer.code()).param("prefix", issuer.numberPrefix()).query(Boolean.class)
        .single();
  }

  /** Whether any tenant that it bills is within the scope of tax. */
  boolean taxes(String code) {
    return jdbc
        .sql("SELECT EXISTS (SELECT FROM billing.profile WHERE issuer = :code AND tax_kind <> :outside)")
        .param("code", code).param("outside", TaxKind.OUTSIDE_SCOPE.name()).query(Boolean.class).single();
  }

  Optional<Issuer> issuer(String code) {
    return jdbc.sql("SELECT i.code, i.zone, i.number_prefix, p.* FROM billing.issuer i JOIN billing.party p "
        + "ON p.id = i.party_id WHERE i.code = :code").param("code", code)
        .query(
            (row, number) -> new Issuer(row.getString("code"), party(row), ZoneId.of(row.getString("zone")),
                row.getString("number_prefix")))
        .optional();
  }

  Optional<Profile> profile(TenantId tenant) {
    return jdbc.sql("SELECT f.*, p.* FROM billing.profile f JOIN billing.party p ON p.id = f.party_id "
        + "WHERE f.tenant_id = :tenant").param("tenant", tenant.value())
        .query((row, number) -> new Profile(row.getString("issuer"), party(row),
            new TaxRule(TaxKind.valueOf(row.getString("tax_kind")), row.getInt("tax_basis_points"),
                row.getString("tax_note")),
            row.getInt("payment_days")))
        .optional();
  }

  /** Parties are never changed. */
  Party party(long id) {
    return jdbc.sql("SELECT * FROM billing.party WHERE id = :id").param("id", id)
        .query((row, number) -> party(row)).single();
  }

  /**
   * Who issued documents and to whom, by the ids of the parties.
   *
   * @param invoices their ids as the text of an array
   */
  Map<Long, Party> partiesOf(String invoices) {
    var parties = new HashMap<Long, Party>();
    jdbc.sql("""
        SELECT * FROM billing.party WHERE id IN (
          SELECT unnest(ARRAY[seller, buyer]) FROM billing.invoice WHERE id = ANY (CAST(:invoices AS uuid[])))
        """).param("invoices", invoices)
        .query((RowCallbackHandler) row -> parties.put(row.getLong("id"), party(row)));
    return parties;
  }

  private static Party party(ResultSet row) throws SQLException {
    return new Party(row.getString("name"), row.getString("street"), row.getString("street_2"),
        row.getString("postal_code"), row.getString("city"), row.getString("country"),
        row.getString("tax_id"),
        row.getString("registration"), row.getString("email"), row.getString("iban"), row.getString("bic"));
  }
}
