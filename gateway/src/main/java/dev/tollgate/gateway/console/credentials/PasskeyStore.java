package dev.tollgate.gateway.console.credentials;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.PersonId;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.web.webauthn.api.AuthenticatorTransport;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.CredentialRecord;
import org.springframework.security.web.webauthn.api.ImmutableCredentialRecord;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCose;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialType;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.management.PublicKeyCredentialUserEntityRepository;
import org.springframework.security.web.webauthn.management.UserCredentialRepository;
import org.springframework.stereotype.Component;

/** The table of passkeys, and people as users of them. */
@Component
@PagesRole
class PasskeyStore implements UserCredentialRepository, PublicKeyCredentialUserEntityRepository {

  private static final String SELECT = "SELECT * FROM gateway.passkey WHERE ";

  private final JdbcClient jdbc;
  private final People people;

  PasskeyStore(JdbcClient jdbc, People people) {
    this.jdbc = jdbc;
    this.people = people;
  }

  static PublicKeyCredentialUserEntity user(Person person) {
    return ImmutablePublicKeyCredentialUserEntity.builder().id(handle(person.id())).name(person.email())
        .displayName(person.name()).build();
  }

  static PersonId person(Bytes handle) {
    ByteBuffer bytes = ByteBuffer.wrap(handle.getBytes());
    return new PersonId(new UUID(bytes.getLong(), bytes.getLong()));
  }

  private static Bytes handle(PersonId person) {
    return new Bytes(ByteBuffer.allocate(2 * Long.BYTES).putLong(person.value().getMostSignificantBits())
        .putLong(person.value().getLeastSignificantBits()).array());
  }

  boolean remove(PersonId person, byte[] credential) {
    return jdbc.sql("DELETE FROM gateway.passkey WHERE person_id = :person AND credential_id = :id")
        .param("person", person.value()).param("id", credential).update() == 1;
  }

  @Override
  public void save(CredentialRecord passkey) {
    jdbc.sql(
        """
            INSERT INTO gateway.passkey (credential_id, person_id, label, public_key, signature_count, uv_initialized,
              backup_eligible, backup_state, transports, attestation, client_data, created_at, last_used_at)
            VALUES (:id, :person, :label, :key, :count, :uv, :eligible, :state, string_to_array(:transports, ','),
              :attestation, :clientData, :created, :used)
            ON CONFLICT (credential_id) DO UPDATE SET signature_count = excluded.signature_count,
              uv_initialized = excluded.uv_initialized, backup_state = excluded.backup_state,
              last_used_at = excluded.last_used_at
            """)
        .param("id", passkey.getCredentialId().getBytes())
        .param("person", person(passkey.getUserEntityUserId()).value()).param("label", passkey.getLabel())
        .param("key", passkey.getPublicKey().getBytes()).param("count", passkey.getSignatureCount())
        .param("uv", passkey.isUvInitialized()).param("eligible", passkey.isBackupEligible())
        .param("state", passkey.isBackupState())
        .param("transports",
            passkey.getTransports().stream().map(AuthenticatorTransport::getValue)
                .collect(Collectors.joining(",")))
        .param("attestation", bytes(passkey.getAttestationObject()))
        .param("clientData", bytes(passkey.getAttestationClientDataJSON()))
        .param("created", utc(passkey.getCreated())).param("used", utc(passkey.getLastUsed())).update();
  }

  @Override
  public @Nullable CredentialRecord findByCredentialId(Bytes credential) {
    return jdbc.sql(SELECT + "credential_id = :id").param("id", credential.getBytes())
        .query((row, number) -> passkey(row)).optional().orElse(null);
  }

  @Override
  public List<CredentialRecord> findByUserId(Bytes handle) {
    return jdbc.sql(SELECT + "person_id = :person ORDER BY created_at")
        .param("person", person(handle).value()).query((row, number) -> passkey(row)).list();
  }

  @Override
  public @Nullable PublicKeyCredentialUserEntity findById(Bytes handle) {
    return people.find(person(handle)).map(PasskeyStore::user).orElse(null);
  }

  @Override
  public @Nullable PublicKeyCredentialUserEntity findByUsername(String email) {
    return people.findByEmail(email).map(PasskeyStore::user).orElse(null);
  }

  @Override
  public void save(PublicKeyCredentialUserEntity user) {
    throw new UnsupportedOperationException("People are not made by their passkeys");
  }

  @Override
  public void delete(Bytes id) {
    throw new UnsupportedOperationException("A passkey is removed by its owner");
  }

  private static CredentialRecord passkey(ResultSet row) throws SQLException {
    String[] transports = (String[]) row.getArray("transports").getArray();
    return ImmutableCredentialRecord.builder().credentialType(PublicKeyCredentialType.PUBLIC_KEY)
        .credentialId(new Bytes(row.getBytes("credential_id")))
        .userEntityUserId(handle(new PersonId(row.getObject("person_id", UUID.class))))
        .label(row.getString("label")).publicKey(new ImmutablePublicKeyCose(row.getBytes("public_key")))
        .signatureCount(row.getLong("signature_count")).uvInitialized(row.getBoolean("uv_initialized"))
        .backupEligible(row.getBoolean("backup_eligible")).backupState(row.getBoolean("backup_state"))
        .transports(Arrays.stream(transports).filter(each -> !each.isEmpty())
            .map(AuthenticatorTransport::valueOf).collect(Collectors.toSet()))
        .attestationObject(new Bytes(Objects.requireNonNullElse(row.getBytes("attestation"), new byte[0])))
        .attestationClientDataJSON(
            new Bytes(Objects.requireNonNullElse(row.getBytes("client_data"), new byte[0])))
        .created(row.getObject("created_at", OffsetDateTime.class).toInstant())
        .lastUsed(row.getObject("last_used_at", OffsetDateTime.class).toInstant()).build();
  }

  private static byte @Nullable [] bytes(@Nullable Bytes bytes) {
    return bytes == null ? null : bytes.getBytes();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
