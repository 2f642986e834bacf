package dev.tollgate.billing.funds;

import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.scheduling.Scheduling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
      // What the database has leased here beyond what is known may be idle.
      boolean known = !share.isInDoubt();
      Fetch underWay = known ? exchange.answer(share) : exchange.include(share);
      if (underWay != null) {
        underWay.await(scheduling, deadline - scheduling.nanos());
      } else if (!exchange.run(tenure) || !known) {
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
    private long answering;

    /** Takes a tenant's turn to answer a recall, unless it is taken already. */
    @Nullable
    Fetch answer(TenantShare share) {
      var turn = new Fetch();
      Fetch underWay = share.joinOrBegin(turn);
      if (underWay != turn) {
        return underWay;
      }
      turn.markAsked();
      turns.put(share, turn);
      answering = share.unansweredRecall();
      returns.addAll(share.removeIdleOfAll(settings.idleTicks(), settings.ticksAhead()));
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
      boolean doubtful = share.isInDoubt();
      List<Share> idle = doubtful ? List.of()
          : share.removeIdle(settings.idleTicks(), settings.ticksAhead());
      List<Ask> wishes = idle.isEmpty() ? share.asks(turn, settings.ticksAhead()) : List.of();
      if (idle.isEmpty() && wishes.isEmpty() && !doubtful) {
        share.end(turn);
        turn.complete(Fetch.Answer.NONE);
        return null;
      }
      turn.markAsked();
      turns.put(share, turn);
      returns.addAll(idle);
      wishes.forEach(wish -> asking.put(wish.account(), share));
      asks.addAll(wishes);
      return null;
    }

    int size() {
      return asks.size() + returns.size();
    }

    /** Returns whether the database has answered. */
    boolean run(Tenure tenure) {
      try {
        turns.keySet().forEach(share -> tenure.clarify(share, leases));
        if (!returns.isEmpty()) {
          leases.giveBack(tenure.epoch(), tenure.nextExchange(), returns, answering);
        }
        turns.keySet().forEach(share -> share.answered(answering));
        if (!asks.isEmpty()) {
          add(leases.grant(tenure.epoch(), tenure.nextExchange(), asks));
        }
        return true;
      } catch (RuntimeException e) {
        log.warn("Shares of {} tenants could not be refilled or given back: {}", turns.size(), e.toString());
        turns.keySet().forEach(TenantShare::doubt);
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
