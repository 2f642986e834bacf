package dev.tollgate.gateway.routing;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the backends of a model. First by what sets them apart (a tenant's own before everybody's, this region
 * before others, and only such as have reported lately where there are any), then by the request's beginning: each
 * beginning has an order of backends of its own (rendezvous hashing, so a backend that goes or comes moves only its own
 * beginnings), and the first of them takes the request unless it has more than its share of the work (consistent hashing
 * with bounded loads, Mirrokni, Thorup and Zadimoghaddam, 2016). Otherwise the one with the least work for its weight.
 */
final class Chooser {

  /** How far above its share of the work a backend may be and still get a request for its cache's sake. */
  private static final double BOUND = 1.25;

  private static final int NOT_AT_ALL = Integer.MAX_VALUE;

  private final String region;
  private final boolean affinity;

  Chooser(String region, boolean affinity) {
    this.region = region;
    this.affinity = affinity;
  }

  /** The backend for a request; null if none that is well has room for it. */
  @Nullable
  Backend choose(List<Backend> members, Demand demand, int reservedPercent, long now) {
    boolean anyFresh = false;
    for (Backend member : members) {
      anyFresh |= member.isUp() && member.isFresh(now);
    }
    int best = NOT_AT_ALL;
    double work = demand.tokens();
    double shares = 0;
    for (Backend member : members) {
      int rank = rank(member, demand, reservedPercent, anyFresh, now);
      if (rank < best) {
        best = rank;
        work = demand.tokens();
        shares = 0;
      }
      if (rank == best && rank != NOT_AT_ALL) {
        work += member.load();
        shares += member.share(now);
      }
    }
    if (best == NOT_AT_ALL) {
      return null;
    }
    return among(members, demand, reservedPercent, anyFresh, best, BOUND * work / shares, now);
  }

  /** The one of the best rank that the beginning leads to, or the one with the least to do. */
  private Backend among(List<Backend> members, Demand demand, int reservedPercent, boolean anyFresh, int best,
      double mostPerShare, long now) {
    Backend least = null;
    double leastWork = 0;
    Backend preferred = null;
    long preference = 0;
    int size = members.size();
    int start = size == 1 ? 0 : ThreadLocalRandom.current().nextInt(size);
    for (int i = 0; i < size; i++) {
      Backend member = members.get((start + i) % size);
      if (rank(member, demand, reservedPercent, anyFresh, now) != best) {
        continue;
      }
      double work = (member.load() + demand.tokens()) / member.share(now);
      if (least == null || work < leastWork) {
        least = member;
        leastWork = work;
      }
      long weight = mix(demand.affinity() ^ member.addressHash());
      if (affinity && (member.isHalfIdle() || work <= mostPerShare)
          && (preferred == null || weight > preference)) {
        preferred = member;
        preference = weight;
      }
    }
    if (preferred != null) {
      return preferred;
    }
    // Between the two passes a place may have gone to somebody else; then whoever is left is as good as any.
    return least == null ? members.get(start) : least;
  }

  private int rank(Backend backend, Demand demand, int reservedPercent, boolean anyFresh, long now) {
    if (!backend.isUp() || !backend.isOpenTo(demand.tenant()) || demand.failed().contains(backend)
        || (anyFresh && !backend.isFresh(now)) || !backend.mayBeCalled()
        || (!demand.running() && !backend.hasRoom(demand.standing(), reservedPercent))) {
      return NOT_AT_ALL;
    }
    return (backend.isIn(region) ? 0 : 2) + (backend.isDedicated() ? 0 : 1);
  }

  /** The finaliser of MurmurHash3: every bit of the result depends on every bit of the number. */
  static long mix(long number) {
    long mixed = number;
    mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
