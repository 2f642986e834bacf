package dev.tollgate.gateway.admission.limits;

/** What was taken of a share, and when. */
record Taken(Share share, long amount, long at) {

  void undo() {
    share.giveBack(amount, at);
  }

  /** The same without a part that was not used after all. */
  Taken less(long unused) {
    share.giveBack(unused, at);
    return new Taken(share, amount - unused, at);
  }
}
