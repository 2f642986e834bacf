package dev.tollgate.gateway.console.credentials;

import com.webauthn4j.util.exception.WebAuthnException;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.credentials.RelyingParty.Place;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.secrets.LinkSecret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.web.webauthn.api.AuthenticatorAssertionResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorAttestationResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorSelectionCriteria;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.PublicKeyCredential;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialCreationOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialDescriptor;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialParameters;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRequestOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRpEntity;
import org.springframework.security.web.webauthn.api.ResidentKeyRequirement;
import org.springframework.security.web.webauthn.api.UserVerificationRequirement;
import org.springframework.security.web.webauthn.jackson.WebauthnJacksonModule;
import org.springframework.security.web.webauthn.management.ImmutableRelyingPartyRegistrationRequest;
import org.springframework.security.web.webauthn.management.RelyingPartyAuthenticationRequest;
import org.springframework.security.web.webauthn.management.RelyingPartyPublicKey;
import org.springframework.security.web.webauthn.management.Webauthn4JRelyingPartyOperations;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Passkeys (WebAuthn, level 3), checked by Spring Security. They verify their user, so one alone is enough to sign in. A
 * challenge is kept in the database and answered once, on whatever instance.
 */
@Component
@PagesRole
public class Passkeys {

  private static final Logger log = LoggerFactory.getLogger(Passkeys.class);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final PasskeyStore store;
  private final JdbcClient jdbc;
  private final Clock clock;
  private final JsonMapper json = JsonMapper.builder().addModule(new WebauthnJacksonModule()).build();

  Passkeys(PasskeyStore store, JdbcClient jdbc, Clock clock) {
    this.store = store;
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * A question to a browser.
   *
   * @param id that its answer must come with
   * @param options as JSON for the browser
   */
  public record Question(String id, String options) {}

  /** A passkey as its owner knows it. */
  public record Passkey(String id, String label, Instant createdAt, Instant lastUsedAt) {}

  public List<Passkey> of(Person person) {
    return store.findByUserId(PasskeyStore.user(person).getId()).stream()
        .map(each -> new Passkey(each.getCredentialId().toBase64UrlString(), each.getLabel(),
            each.getCreated(), each.getLastUsed()))
        .toList();
  }

  /** Removes a passkey; false if the person has no such one. */
  public boolean remove(PersonId person, String id) {
    try {
      return store.remove(person, Base64.getUrlDecoder().decode(id));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Asks for a new passkey. */
  public Question askForNew(Person person, Place place) {
    Bytes challenge = Bytes.random();
    return new Question(keep(person.id(), challenge),
        json.writeValueAsString(creation(person, place, challenge)));
  }

  /** Keeps a new passkey; false if the answer is not to the question, or not sound. */
  public boolean add(Person person, Place place, String question, String label, String answer) {
    Optional<Bytes> challenge = take(person.id(), question);
    if (challenge.isEmpty()) {
      return false;
    }
    try {
      PublicKeyCredential<AuthenticatorAttestationResponse> credential = json.readValue(answer,
          new TypeReference<>() {});
      operations(place).registerCredential(
          new ImmutableRelyingPartyRegistrationRequest(creation(person, place, challenge.get()),
              new RelyingPartyPublicKey(credential, label)));
      return true;
    } catch (JacksonException | IllegalArgumentException | WebAuthnException e) {
      log.info("A new passkey of {} was not accepted: {}", person.id(), e.toString());
      return false;
    }
  }

  /** Asks for any passkey that the browser has for this place. */
  public Question askForAny(Place place) {
    Bytes challenge = Bytes.random();
    return new Question(keep(null, challenge), json.writeValueAsString(request(place, challenge)));
  }

  /** Whose passkey answered; empty if the answer is not to the question, or not sound. */
  public Optional<PersonId> answered(Place place, String question, String answer) {
    return take(null, question).flatMap(challenge -> {
      try {
        PublicKeyCredential<AuthenticatorAssertionResponse> credential = json.readValue(answer,
            new TypeReference<>() {});
        var user = operations(place)
            .authenticate(new RelyingPartyAuthenticationRequest(request(place, challenge), credential));
        return Optional.of(PasskeyStore.person(user.getId()));
      } catch (JacksonException | IllegalArgumentException
          | WebAuthnException e) {
        log.info("A passkey was not accepted: {}", e.toString());
        return Optional.empty();
      }
    });
  }

  private Webauthn4JRelyingPartyOperations operations(Place place) {
    return new Webauthn4JRelyingPartyOperations(store, store, entity(place), Set.of(place.origin()));
  }

  private PublicKeyCredentialCreationOptions creation(Person person, Place place, Bytes challenge) {
    var user = PasskeyStore.user(person);
    return PublicKeyCredentialCreationOptions.builder().rp(entity(place)).user(user).challenge(challenge)
        .pubKeyCredParams(PublicKeyCredentialParameters.EdDSA, PublicKeyCredentialParameters.ES256,
            PublicKeyCredentialParameters.RS256)
        .timeout(PATIENCE)
        .excludeCredentials(store.findByUserId(user.getId()).stream()
            .map(each -> PublicKeyCredentialDescriptor.builder().id(each.getCredentialId()).build())
            .toList())
        .authenticatorSelection(
            AuthenticatorSelectionCriteria.builder().residentKey(ResidentKeyRequirement.REQUIRED)
                .userVerification(UserVerificationRequirement.REQUIRED).build())
        .build();
  }

  private static PublicKeyCredentialRequestOptions request(Place place, Bytes challenge) {
    return PublicKeyCredentialRequestOptions.builder().rpId(place.name()).challenge(challenge)
        .timeout(PATIENCE).allowCredentials(List.of())
        .userVerification(UserVerificationRequirement.REQUIRED).build();
  }

  private static PublicKeyCredentialRpEntity entity(Place place) {
    return PublicKeyCredentialRpEntity.builder().id(place.name()).name("Tollgate").build();
  }

  private String keep(@Nullable PersonId person, Bytes challenge) {
    jdbc.sql("DELETE FROM gateway.passkey_challenge WHERE expires_at < :now")
        .param("now", utc(clock.instant()))
        .update();
    String id = LinkSecret.create();
    jdbc.sql("""
        INSERT INTO gateway.passkey_challenge (id_hash, person_id, challenge, expires_at)
        VALUES (:id, CAST(:person AS uuid), :challenge, :expires)
        """).param("id", LinkSecret.hash(id)).param("person", value(person))
        .param("challenge", challenge.getBytes()).param("expires", utc(clock.instant().plus(PATIENCE)))
        .update();
    return id;
  }

  private Optional<Bytes> take(@Nullable PersonId person, String id) {
    return jdbc.sql("""
        DELETE FROM gateway.passkey_challenge
        WHERE id_hash = :id AND person_id IS NOT DISTINCT FROM CAST(:person AS uuid) AND expires_at > :now
        RETURNING challenge
        """).param("id", LinkSecret.hash(id)).param("person", value(person))
        .param("now", utc(clock.instant())).query(byte[].class).optional().map(Bytes::new);
  }

  private static @Nullable UUID value(@Nullable PersonId person) {
    return person == null ? null : person.value();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
