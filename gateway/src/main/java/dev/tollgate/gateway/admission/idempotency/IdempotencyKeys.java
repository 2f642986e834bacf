package dev.tollgate.gateway.admission.idempotency;

import dev.tollgate.billing.RequestId;
import dev.tollgate.gateway.admission.idempotency.JdbcIdempotencyStore.Holder;
import dev.tollgate.gateway.coordination.Presence;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who may run a request that came with an Idempotency-Key. A key counts for one API key alone: another one of the same
 * tenant can neither read nor block its answers.
 */
public final class IdempotencyKeys {

  private static final Logger log = LoggerFactory.getLogger(IdempotencyKeys.class);
  private static final int CLAIMS = 3;
  private static final int DELETED_AT_ONCE = 1_000;
  private static final int DELETES_AT_ONCE = 50;
  private static final int UNTOLD_KILOBYTES = 64 * 1024;
  private static final int UNHEARD_LOOKS = 60;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final JdbcIdempotencyStore store;
  private final Presence presence;
  private final Duration keep;
  private final long maxKeysPerTenant;
  private final long maxBytesPerTenant;
  /** Room for endings that the database could not be told yet. */
  private final Semaphore untold = new Semaphore(UNTOLD_KILOBYTES);
  private volatile Set<TenantId> full = Set.of();
  private volatile boolean stopped;

  IdempotencyKeys(JdbcClient jdbc, Presence presence, IdempotencyProperties properties) {
    this.store = new JdbcIdempotencyStore(jdbc);
    this.presence = presence;
    this.keep = properties.keep();
    this.maxKeysPerTenant = properties.maxKeysPerTenant();
    this.maxBytesPerTenant = properties.maxSizePerTenant().toBytes();
  }

  /** What the end of an attempt changes in the database. */
  @FunctionalInterface
  interface Ending {
    void tell(JdbcIdempotencyStore store);
  }

  /**
   * Claims a key for a request, or finds what became of the request that has it. Asks the database.
   *
   * @param key 1 to 255 characters
   * @param fingerprint SHA-256 of what makes the request the same
   * @param id of this request and no other; what it is to be billed under if it is the first
   */
  public Claim claim(Caller caller, String key, byte[] fingerprint, RequestId id) {
    Long epoch = presence.epoch();
    if (epoch == null) {
      return new Claim.Unavailable();
    }
    var holder = new Holder(caller.key().value(), key, id, epoch);
    try {
      // A key may become free between the claim and the look at what is in its way.
      for (int i = 0; i < CLAIMS; i++) {
        if (full.contains(caller.tenant())) {
          return store.find(caller, key, fingerprint).orElseGet(Claim.TooMany::new);
        }
        Optional<RequestId> request = claim(holder, caller.tenant(), fingerprint);
        if (request.isPresent()) {
          return new Claim.Granted(new Attempt(this, holder, request.get()));
        }
        Optional<Claim> found = store.find(caller, key, fingerprint);
        if (found.isPresent()) {
          return found.get();
        }
      }
      return new Claim.Running();
    } catch (DataAccessException e) {
      log.warn("An Idempotency-Key could not be claimed: {}", e.toString());
      return new Claim.Unavailable();
    }
  }

  /** Where the answer is lost, the claim may have been made: nobody runs it, so it is given up. */
  private Optional<RequestId> claim(Holder holder, TenantId tenant, byte[] fingerprint) {
    try {
      return store.claim(holder, tenant, fingerprint, keep);
    } catch (CannotGetJdbcConnectionException e) {
      // Nothing was asked.
      throw e;
    } catch (DataAccessException e) {
      if (untold.tryAcquire()) {
        Thread.ofVirtual().name("idempotency").start(() -> giveUpUnheard(holder));
      } else {
        log.error(
            "The database is NOT told that nobody runs a request with an Idempotency-Key; if it has the claim, "
                + "retries are refused while this instance lives",
            e);
      }
      throw e;
    }
  }

  /** Until it is given up; or was not found for longer than the server may take to do what it was asked. */
  private void giveUpUnheard(Holder holder) {
    try {
      for (int missed = 0; missed < UNHEARD_LOOKS && !stopped; LockSupport.parkNanos(RETRY_NANOS)) {
        try {
          if (store.giveUp(holder)) {
            return;
          }
          missed++;
        } catch (DataAccessException e) {
          log.debug("The database is still away", e);
        }
      }
    } finally {
      untold.release();
    }
  }

  /** Tells the database how an attempt ended; if it is away, again and again in the background, as far as memory goes. */
  void tell(int bytes, Ending ending) {
    try {
      ending.tell(store);
    } catch (DataAccessException e) {
      int kilobytes = 1 + bytes / 1024;
      if (untold.tryAcquire(kilobytes)) {
        log.warn("The database is told later how a request with an Idempotency-Key ended: {}", e.toString());
        Thread.ofVirtual().name("idempotency").start(() -> tellLater(kilobytes, ending));
      } else {
        log.error("The database is NOT told how a request with an Idempotency-Key ended; a retry is refused "
            + "while this instance lives, and is not billed again after that", e);
      }
    }
  }

  private void tellLater(int kilobytes, Ending ending) {
    try {
      while (!stopped) {
        LockSupport.parkNanos(RETRY_NANOS);
        try {
          ending.tell(store);
          return;
        } catch (DataAccessException e) {
          log.debug("The database is still away", e);
        }
      }
    } finally {
      untold.release(kilobytes);
    }
  }

  /** Deletes keys whose day is over, and finds the tenants that keep too much. */
  void tidy() {
    for (int i = 0; i < DELETES_AT_ONCE && store.deleteExpired(DELETED_AT_ONCE) == DELETED_AT_ONCE; i++) {
      log.debug("A batch of keys is deleted whose time is over");
    }
    full = store.tenantsOver(maxKeysPerTenant, maxBytesPerTenant);
  }

  void stop() {
    stopped = true;
  }
}
