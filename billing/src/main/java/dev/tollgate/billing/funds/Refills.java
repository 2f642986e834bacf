package dev.tollgate.billing.funds;

import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.scheduling.Scheduling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps shares ahead of demand and gives back what idles: once a tick, one statement for the wishes of all tenants and
 * one for all returns.
 */
final class Refills {

  private static final Logger log = LoggerFactory.getLogger(Refills.class);
  private static final int ACCOUNTS_AT_ONCE = 1_000;
  /** How many times as long as its leases a tenant's share is kept once it idles. */
  private static final int FORGOTTEN_AFTER = 12;
  /** How many times in a tick a recall is tried again that could not be answered. */
  private static final int FRACTIONS = 20;

  private final Leases leases;
  private final FundsSettings settings;
  private final Scheduling scheduling;

  Refills(Leases leases, FundsSettings settings, Scheduling scheduling) {
    this.leases = leases;
    this.settings = settings;
    this.scheduling = scheduling;
  }

  /** One tick for all tenants of a tenure. */
  void tick(Tenure tenure) {
    var exchange = new Exchange();
    for (TenantShare share : tenure.shares()) {
      if (share.tick(settings.idleTicks(), settings.ticksAhead())) {
        exchange.include(share);
      }
      if (exchange.size() >= ACCOUNTS_AT_ONCE) {
        exchange.run(tenure);
        exchange = new Exchange();
      }
    }
    exchange.run(tenure);
    tenure.forgetIdle(FORGOTTEN_AFTER * settings.idleTicks());
  }

  /**
   * Gives back at once what a tenant has idle here, because another instance is short of it, and says that this was all:
   * after the exchange that is under way, if there is one, since the next tick may come too late for the request that
   * waits. After the patience of that request nobody waits for the answer.
   *
   * @param recall its number
   */
  void recall(Tenure tenure, TenantShare share, long recall) {
    share.beThrifty(settings.idleTicks());
    share.recalledBy(recall);
    long deadline = scheduling.nanos() + settings.patience().toNanos();
    while (share.unansweredRecall() != 0 && scheduling.nanos() - deadline < 0) {
      var exchange = new Exchange();
      Fetch underWay = exchange.answer(share);
      if (underWay != null) {
        underWay.await(scheduling, deadline - scheduling.nanos());
      } else if (!exchange.run(tenure)) {
        scheduling.pause(settings.tick().dividedBy(FRACTIONS));
      }
    }
  }

  /** The tenants whose turn with the database this tick has taken, and what is asked and returned for them. */
  private final class Exchange {

    private final Map<TenantShare, Fetch> turns = new LinkedHashMap<>();
    private final Map<Long, TenantShare> asking = new HashMap<>();
    private final List<Ask> asks = new ArrayList<>();
    private final List<Share> returns = new ArrayList<>();
    /** What of this exchange is under way: where its answer is lost, it is in doubt. */
    private final Set<TenantShare> returning = new LinkedHashSet<>();
    private long answering;
    private int doubtful;

    /**
     * Takes a tenant's turn to answer a recall, unless it is taken already. What is in doubt is cleared first, and nothing
     * answered by that: there may be more of it than is known, and none of it may leave memory before.
     */
    @Nullable
    Fetch answer(TenantShare share) {
      var turn = new Fetch();
      Fetch underWay = share.joinOrBegin(turn);
      if (underWay != turn) {
        return underWay;
      }
      turn.markAsked();
      turns.put(share, turn);
      if (share.isInDoubt()) {
        doubtful += share.accounts().size();
      } else {
        answering = share.unansweredRecall();
        List<Share> idle = share.removeIdleOfAll(settings.idleTicks(), settings.ticksAhead());
        returns.addAll(idle);
        returning.add(share);
      }
      return null;
    }

    /** Takes a tenant's turn; where it is taken already, returns the exchange that has it. */
    @Nullable
    Fetch include(TenantShare share) {
      var turn = new Fetch();
      Fetch underWay = share.joinOrBegin(turn);
      if (underWay != turn) {
        return underWay;
      }
      // What is in doubt is not given back before it is known how much it is.
      boolean inDoubt = share.isInDoubt();
      List<Share> idle = inDoubt ? List.of()
          : share.removeIdle(settings.idleTicks(), settings.ticksAhead());
      List<Ask> wishes = idle.isEmpty() ? share.asks(turn, settings.ticksAhead()) : List.of();
      if (idle.isEmpty() && wishes.isEmpty() && !inDoubt) {
        share.end(turn);
        turn.complete(Fetch.Answer.NONE);
        return null;
      }
      turn.markAsked();
      turns.put(share, turn);
      doubtful += inDoubt ? share.accounts().size() : 0;
      if (!idle.isEmpty()) {
        returns.addAll(idle);
        returning.add(share);
      }
      wishes.forEach(wish -> asking.put(wish.account(), share));
      asks.addAll(wishes);
      return null;
    }

    int size() {
      return asks.size() + returns.size() + doubtful;
    }

    /** Returns whether the database has answered. */
    boolean run(Tenure tenure) {
      Set<TenantShare> underWay = returning;
      try {
        tenure.clarify(turns.keySet(), leases);
        if (!returns.isEmpty()) {
          leases.giveBack(tenure.epoch(), tenure.nextExchange(), returns, answering);
        }
        turns.keySet().forEach(share -> share.answered(answering));
        underWay = Set.copyOf(asking.values());
        if (!asks.isEmpty()) {
          add(leases.grant(tenure.epoch(), tenure.nextExchange(), asks));
        }
        return true;
      } catch (RuntimeException e) {
        log.warn("Shares of {} tenants could not be refilled or given back: {}", turns.size(), e.toString());
        underWay.forEach(TenantShare::doubt);
        return false;
      } finally {
        turns.forEach((share, turn) -> {
          share.end(turn);
          turn.complete(Fetch.Answer.NONE);
        });
      }
    }

    private void add(List<Grant> grants) {
      grants.stream().collect(Collectors.groupingBy(grant -> asking.get(grant.account())))
          .forEach(TenantShare::add);
    }
  }
}
