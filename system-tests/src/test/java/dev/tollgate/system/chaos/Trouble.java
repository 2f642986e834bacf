package dev.tollgate.system.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** What goes wrong, in an order and at times that the seed decides: gateways die once each, the database twice at most. */
final class Trouble {

  private final List<GatewayProcess> gateways;
  private final PostgresServer database;
  private final RandomGenerator random;
  private final List<Kill> kills = new ArrayList<>();
  private final List<Outage> outages = new ArrayList<>();

  /** A gateway's death, and when it answered again. */
  record Kill(int gateway, long atNanos, long backNanos) {}

  /** A restart of the database, from the order to stop until it takes connections again. */
  record Outage(PostgresServer.Mode mode, long fromNanos, long untilNanos) {

    boolean touches(long from, long until, Duration aftermath) {
      return until - fromNanos >= 0 && from - untilNanos <= aftermath.toNanos();
    }
  }

  Trouble(List<GatewayProcess> gateways, PostgresServer database, RandomGenerator random) {
    this.gateways = gateways;
    this.database = database;
    this.random = random;
  }

  /** Makes so many gateways die, and returns when the last is back. */
  void make(int deaths) throws InterruptedException {
    List<Integer> order = new ArrayList<>();
    for (int gateway = 0; gateway < gateways.size(); gateway++) {
      order.add(gateway);
    }
    Collections.shuffle(order, Random.from(random));
    var modes = new ArrayList<>(List.of(PostgresServer.Mode.values()));
    Collections.shuffle(modes, Random.from(random));
    pause(5_000, 7_000);
    for (int gateway : order.subList(0, deaths)) {
      kill(gateways.get(gateway));
      if (!modes.isEmpty()) {
        pause(1_500, 3_000);
        restart(modes.removeFirst());
      }
      pause(2_000, 4_000);
    }
  }

  private void kill(GatewayProcess gateway) throws InterruptedException {
    long at = System.nanoTime();
    gateway.kill();
    gateway.restart();
    kills.add(new Kill(gateway.number(), at, System.nanoTime()));
  }

  private void restart(PostgresServer.Mode mode) throws InterruptedException {
    long from = System.nanoTime();
    database.restart(mode);
    outages.add(new Outage(mode, from, System.nanoTime()));
  }

  private void pause(int fromMillis, int untilMillis) throws InterruptedException {
    Thread.sleep(random.nextInt(fromMillis, untilMillis));
  }

  List<Kill> kills() {
    return kills;
  }

  List<Outage> outages() {
    return outages;
  }

  /** Whether a gateway was dead for some of a span of time. */
  boolean killed(int gateway, long fromNanos, long untilNanos) {
    return kills.stream().anyMatch(kill -> kill.gateway() == gateway && kill.backNanos() - fromNanos >= 0
        && kill.atNanos() - untilNanos <= 0);
  }

  /** Whether any gateway died so short a time before that its leases cannot be told from those of the living. */
  boolean diedLately(long fromNanos, long untilNanos, Duration ago) {
    return kills.stream().anyMatch(
        kill -> untilNanos - kill.atNanos() >= 0 && fromNanos - kill.atNanos() <= ago.toNanos());
  }

  boolean databaseAway(long fromNanos, long untilNanos, Duration aftermath) {
    return outages.stream().anyMatch(outage -> outage.touches(fromNanos, untilNanos, aftermath));
  }

  long lastKillNanos() {
    return kills.getLast().atNanos();
  }
}
