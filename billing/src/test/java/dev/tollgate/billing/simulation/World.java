package dev.tollgate.billing.simulation;

import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.settlement.SettlementJournal;
import dev.tollgate.billing.settlement.SettlementModels;
import dev.tollgate.billing.simulation.Platform.Registration;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One simulation: three instances on one database, their tenants, and what befalls them all. */
final class World {

  static final long SECOND = 1_000_000_000L;
  static final int INSTANCES = 3;
  private static final int OPEN_REQUESTS = 65_536;
  private static final long RECOVERY_NANOS = 30 * SECOND;
  private static final long REST_NANOS = 32 * SECOND;

  private final Trace trace = new Trace();
  private final SplittableRandom random;
  private final Schedule schedule;
  private final Network network;
  private final Platform platform;
  private final Reference reference = new Reference(this);
  private final Accounting accounting = new Accounting(this);
  private final Answers answers = new Answers(this);
  private final Bills bills = new Bills(this);
  private final Refusals refusals = new Refusals(this);
  private final Tenants tenants;
  private final Customers customers;
  private final Happenings happenings;
  private final List<Instance> instances = new ArrayList<>();
  private final Instant origin;
  private final boolean journaled;
  private final List<Disk> disks = new ArrayList<>();
  private final Set<Conversation> conversations = new LinkedHashSet<>();
  private int running;
  private long requests;
  private long lastArrivalAt;

  World(long seed) {
    random = new SplittableRandom(seed);
    origin = random.nextBoolean()
        ? Instant.parse("2026-11-30T23:59:45Z")
        : Instant.parse("2026-11-15T12:00:00Z");
    schedule = new Schedule(random.split(), this::look);
    network = new Network(schedule, random.split());
    platform = new Platform(schedule, trace, reference, this::spread, this::fundsChanged);
    tenants = new Tenants(this, random.split());
    customers = new Customers(this, random.split());
    happenings = new Happenings(this, random.split());
    journaled = random.nextInt(3) == 0;
    for (int i = 0; i < INSTANCES; i++) {
      disks.add(new Disk(happenings::diskFails));
    }
  }

  Trace trace() {
    return trace;
  }

  Schedule schedule() {
    return schedule;
  }

  Network network() {
    return network;
  }

  Platform platform() {
    return platform;
  }

  Reference reference() {
    return reference;
  }

  Accounting accounting() {
    return accounting;
  }

  Answers answers() {
    return answers;
  }

  Bills bills() {
    return bills;
  }

  Refusals refusals() {
    return refusals;
  }

  Tenants tenants() {
    return tenants;
  }

  Customers customers() {
    return customers;
  }

  List<Instance> instances() {
    return instances;
  }

  int numberOf(TenantId tenant) {
    return tenants.numberOf(tenant);
  }

  Instant instant() {
    return origin.plusNanos(schedule.now());
  }

  @Nullable
  Instance instanceOn(Machine machine) {
    for (Instance instance : instances) {
      if (instance.machine() == machine) {
        return instance;
      }
    }
    return null;
  }

  /** Whether an instance may end without having settled all. */
  boolean mayReject(Machine machine) {
    Instance instance = instanceOn(machine);
    return instance == null || !instance.takesRequests();
  }

  private void fundsChanged(TenantId tenant) {
    tenants.fundsChanged(tenant);
  }

  private void look(@Nullable Machine machine) {
    reference.check(machine);
    refusals.look();
  }

  /** Lets it all happen, and rest. */
  void run() {
    tenants.begin();
    for (int i = 0; i < INSTANCES; i++) {
      instances.add(boot(i));
    }
    schedule.runUntil(SECOND);
    tenants.stockUp();
    happenings.begin();
    schedule.runUntil(schedule.now() + random.nextLong(5, 22) * SECOND);
    happenings.end();
    for (int i = 0; i < INSTANCES; i++) {
      if (!instances.get(i).isRunning()) {
        restart(i);
      }
    }
    lastArrivalAt = Math.max(lastArrivalAt, schedule.now());
    while (schedule.now() < lastArrivalAt + REST_NANOS) {
      schedule.runUntil(lastArrivalAt + REST_NANOS);
    }
    if (running != 0) {
      throw new Violation("%d requests never end".formatted(running));
    }
    accounting.checkRest();
    answers.checkRest();
    customers.checkRest();
    if (!disks.stream().allMatch(Disk::isEmpty)) {
      throw new Violation("A journal has settlements that nobody replays");
    }
    trace.note("rest after %d steps", schedule.now(), schedule.steps());
  }

  /** Ends all threads, also after a failure. */
  void close() {
    instances.forEach(instance -> instance.machine().end());
  }

  private Instance boot(int number) {
    var machine = new Machine(schedule, origin, random.nextLong(-200, 200) * Network.MILLI,
        random.nextLong(-500, 500));
    var instance = new Instance(number, machine, network, platform, reference,
        journaled ? SettlementModels.journal(disks.get(number).journalOf(machine), OPEN_REQUESTS)
            : SettlementJournal.none());
    instance.start();
    return instance;
  }

  /** An instance ends as a killed process does. */
  void crash(int number) {
    Instance instance = instances.get(number);
    trace.note("instance %d crashes", schedule.now(), number);
    reference.gone(instance);
    answers.gone(instance.machine());
    hangUp(instance.machine());
    refusals.gone(instance);
    int before = instance.machine().tasks().size();
    instance.machine().end();
    trace.note("%d tasks end with it", schedule.now(), before);
    network.trouble(schedule.now());
  }

  void restart(int number) {
    trace.note("instance %d starts", schedule.now(), number);
    network.trouble(schedule.now());
    instances.set(number, boot(number));
  }

  /** A request arrives somewhere. */
  void arrive(TenantId tenant, @Nullable RequestId repeated) {
    Instance instance = instances.get(random.nextInt(INSTANCES));
    if (!instance.takesRequests()) {
      return;
    }
    RequestId id = repeated == null ? newId() : repeated;
    var conversation = new Conversation(this, instance, tenant, id, random.split());
    conversations.add(conversation);
    schedule.start(0, instance.machine(), () -> {
      running++;
      try {
        conversation.run();
      } finally {
        running--;
        conversations.remove(conversation);
      }
    });
    if (repeated == null && random.nextInt(16) == 0) {
      repeat(conversation, 3 * SECOND);
    }
  }

  private void repeat(Conversation conversation, long withinNanos) {
    long after = random.nextLong(withinNanos);
    lastArrivalAt = Math.max(lastArrivalAt, schedule.now() + after);
    schedule.after(after, null, () -> arrive(conversation.tenant(), conversation.id()));
  }

  /** Who waits for an answer of an instance that is gone asks again, some at once, some after it was taken for dead. */
  private void hangUp(Machine machine) {
    List<Conversation> cut = conversations.stream().filter(each -> each.isOn(machine)).toList();
    conversations.removeAll(cut);
    cut.stream().filter(each -> random.nextInt(4) > 0).forEach(each -> repeat(each, 25 * SECOND));
  }

  private RequestId newId() {
    long high = (instant().toEpochMilli() << 16) | 0x7000 | (++requests & 0xfff);
    return new RequestId(new UUID(high, Long.MIN_VALUE | requests));
  }

  /** Announcements reach those that listen, a little later; some twice. */
  private void spread(String announcement) {
    for (Instance instance : instances) {
      long copies = happenings.copiesOf(announcement, instance);
      for (int i = 0; i < copies; i++) {
        schedule.after(happenings.delay(), instance.machine(), () -> instance.announce(announcement));
      }
    }
  }

  /** Within 30 s of a crash, with the others well, its leases are free again (money rule 7). */
  void checkRecovery() {
    for (var entry : platform.registrations().entrySet()) {
      Registration registration = Objects.requireNonNull(entry.getValue());
      long since = Math.max(registration.machine.goneAt(), network.calmSince());
      if (registration.machine.isGone() && platform.books().instances().containsKey(entry.getKey())
          && schedule.now() - since > RECOVERY_NANOS) {
        throw new Violation(
            "The leases of epoch %d are not free %d ns after its end".formatted(entry.getKey(),
                schedule.now() - since));
      }
    }
  }
}
