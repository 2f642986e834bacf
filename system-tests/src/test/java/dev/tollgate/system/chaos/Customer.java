package dev.tollgate.system.chaos;

import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A tenant with one key, and the money that it certainly has.
 *
 * @param payments confirmed by the database, in their order; of a capped customer the cap
 */
record Customer(String name, TenantId tenant, String secret, boolean isShort, List<Payment> payments) {

  static final long PER_INPUT = 3_000_000;
  static final long PER_OUTPUT = 6_000_000;

  /** @param atNanos when it was known to be there */
  record Payment(long atNanos, long pico) {}

  Customer(String name, TenantId tenant, String secret, boolean isShort) {
    this(name, tenant, secret, isShort, new CopyOnWriteArrayList<>());
  }

  /** Never prints the key. */
  @Override
  public String toString() {
    return name;
  }

  void paid(long pico) {
    payments.add(new Payment(System.nanoTime(), pico));
  }

  long paidBefore(long nanos) {
    return payments.stream().filter(payment -> payment.atNanos() - nanos <= 0).mapToLong(Payment::pico).sum();
  }
}
