package dev.tollgate.billing.simulation;

import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.catalog.CatalogueModel;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.contracts.ContractsModel;
import dev.tollgate.billing.funds.Funds;
import dev.tollgate.billing.funds.FundsSettings;
import dev.tollgate.billing.packs.Checkout;
import dev.tollgate.billing.settlement.SettlementJournal;
import dev.tollgate.billing.settlement.SettlementWriters;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.springframework.dao.DataAccessException;

/** One life of a gateway instance: the code of funds and settlement as it is, on a machine of the simulation. */
final class Instance {

  /** As in production, but that demand is measured half as often, and that nobody works on at the operator's risk. */
  static final FundsSettings SETTINGS = new FundsSettings(Duration.ofSeconds(10), Duration.ofSeconds(2),
      Duration.ofMillis(250), Duration.ofMillis(400), 8, 12, 65_536, Duration.ofSeconds(30));
  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final String EVERYTHING = "everything:";

  private final int number;
  private final Machine machine;
  private final Funds funds;
  private final SettlementWriters settlements;
  private final Connection connection;
  private final Contracts contracts;
  private final Catalogue catalogue;
  private final BlockingQueue<String> announcements = new LinkedBlockingQueue<>();
  private boolean ready;
  private boolean stopping;

  Instance(int number, Machine machine, Network network, Platform platform, Reference reference,
      SettlementJournal journal) {
    this.number = number;
    this.machine = machine;
    this.contracts = ContractsModel.reading(() -> network.call(machine, platform::contracts));
    this.catalogue = CatalogueModel.reading(() -> network.call(machine, platform::prices));
    this.connection = new Connection(machine, network, platform);
    this.settlements = new SettlementWriters(connection, machine, journal, 2, 50);
    this.funds = new Funds(new UUID(7, number), connection, connection, catalogue, contracts,
        reference.watched(machine, settlements), SETTINGS, machine.clock(), machine);
  }

  int number() {
    return number;
  }

  Machine machine() {
    return machine;
  }

  Funds funds() {
    return funds;
  }

  Checkout checkout() {
    return new Checkout(connection, connection, machine);
  }

  void topUp(TenantId tenant, String currency, long amount, String reference) {
    connection.topUp(tenant, currency, amount, reference);
  }

  /** Settlements that its journal has yet to bring into the database. */
  int journalRecords() {
    return settlements.journalRecords();
  }

  boolean takesRequests() {
    return ready && !stopping && !machine.isGone();
  }

  boolean isRunning() {
    return !machine.isGone();
  }

  void start() {
    announce(EVERYTHING);
    machine.start(() -> {
      follow(announcements.remove());
      settlements.start();
      funds.start();
      ready = true;
      while (true) {
        String announcement = machine.take(announcements, Duration.ofSeconds(1));
        if (announcement != null) {
          follow(announcement);
        }
      }
    });
  }

  /** Takes an announcement of the database. */
  void announce(String announcement) {
    announcements.add(announcement);
  }

  /** The feed was cut off for a while. */
  void announceEverything() {
    announce(EVERYTHING);
  }

  private void follow(String announcement) {
    int colon = announcement.indexOf(':');
    String detail = announcement.substring(colon + 1);
    boolean done = false;
    while (!done) {
      try {
        switch (announcement.substring(0, colon)) {
          case Funds.RECALL_TOPIC -> funds.recalled(detail);
          case Contracts.TOPIC -> contracts.changed(detail);
          case Catalogue.TOPIC -> catalogue.refresh();
          default -> {
            catalogue.refresh();
            contracts.refresh();
            funds.recallMissed();
          }
        }
        done = true;
      } catch (DataAccessException e) {
        machine.pause(AGAIN);
      }
    }
  }

  /** Ends in good order, and lets someone know. */
  void shutDown(Runnable done) {
    stopping = true;
    machine.start(() -> {
      funds.drain(Duration.ofSeconds(5));
      settlements.stop(Duration.ofSeconds(5));
      try {
        funds.stop();
      } catch (DataAccessException e) {
        // The database is away: its leases end by themselves.
      }
      done.run();
    });
  }
}
