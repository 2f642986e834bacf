package dev.tollgate.billing.ledger;

/** What one epoch of an instance has of one fund. The order is that in which funds are locked. */
record Share(long epoch, long account) implements Comparable<Share> {

  @Override
  public int compareTo(Share other) {
    return account == other.account ? Long.compare(epoch, other.epoch) : Long.compare(account, other.account);
  }
}
