package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.Optional;

/** What contracts promise of availability and of the time to the first token: what their plan does, or what was agreed. */
public interface ServicePromises {

  /** What a contract promises; empty where neither it nor its plan promises anything. */
  Optional<Promise> of(long contract);

  /** Whether a contract is one of a tenant's. */
  boolean isOf(TenantId tenant, long contract);

  /**
   * Agrees on a promise for a contract that has not begun; what is in force is never changed. Joins a transaction of the
   * caller's. Credits are told by availability, the highest first.
   */
  Decision<Promise> agree(TenantId tenant, long contract, Promise promise);

  /**
   * A promise.
   *
   * @param firstTokenMillis within which the first token comes for {@code firstTokenPercent} of the requests
   * @param longestPrompt in tokens that this counts for
   * @param credits what is owed below which availability; the first one's is the objective
   */
  record Promise(int firstTokenMillis, int firstTokenPercent, long longestPrompt, List<Credit> credits) {}

  /** Below an availability, in millionths, so many hundredths of a percent of the month's usage are owed. */
  record Credit(int belowPpm, int basisPoints) {}
}
