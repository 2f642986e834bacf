package dev.tollgate.billing.simulation;

import java.util.SplittableRandom;

/** What befalls the world, drawn at random: how often, and whether faults are among it, differs from seed to seed. */
final class Happenings {

  private static final long MILLI = Network.MILLI;
  private static final long SECOND = World.SECOND;

  private final World world;
  private final SplittableRandom random;
  private final boolean faulty;
  private final long betweenArrivals;
  private final long betweenHappenings;
  private boolean ended = true;

  Happenings(World world, SplittableRandom random) {
    this.world = world;
    this.random = random;
    this.faulty = random.nextInt(3) > 0;
    this.betweenArrivals = random.nextLong(50, 500) * MILLI;
    this.betweenHappenings = random.nextLong(300, 3_000) * MILLI;
  }

  void begin() {
    ended = false;
    arrivals();
    others();
    recovery();
  }

  /** Nothing new happens, and what was broken is mended. */
  void end() {
    ended = true;
    world.network().heal();
    world.instances().forEach(Instance::announceEverything);
  }

  private void arrivals() {
    if (!ended) {
      world.arrive(world.tenants().any(), null);
      world.schedule().after(random.nextLong(1, 2 * betweenArrivals), null, this::arrivals);
    }
  }

  private void others() {
    if (!ended) {
      if (faulty && random.nextInt(3) == 0) {
        fault();
      } else {
        business();
      }
      world.schedule().after(random.nextLong(1, 2 * betweenHappenings), null, this::others);
    }
  }

  private void recovery() {
    world.checkRecovery();
    world.schedule().after(SECOND, null, this::recovery);
  }

  private void business() {
    Tenants tenants = world.tenants();
    switch (random.nextInt(12)) {
      case 10, 11 -> tenants.changeBudget(tenants.any());
      case 0, 1, 2 -> tenants.topUpALittle(tenants.any());
      case 3, 4 -> tenants.buyPack(tenants.any());
      case 5 -> tenants.flipFallThrough(tenants.any());
      case 6 -> tenants.changeContract(tenants.any());
      case 7 -> tenants.changePrices();
      default -> world.platform().database().expirePacks(world.instant());
    }
  }

  private void fault() {
    int number = random.nextInt(World.INSTANCES);
    Instance instance = world.instances().get(number);
    switch (random.nextInt(8)) {
      case 0 -> {
        if (instance.isRunning()) {
          world.crash(number);
          later(random.nextLong(20 * SECOND), () -> restart(number));
        }
      }
      case 1 -> {
        if (instance.takesRequests()) {
          world.trace().note("instance %d is to stop", world.schedule().now(), number);
          world.network().trouble(world.schedule().now());
          instance.shutDown(() -> later(0, () -> stopped(number, instance)));
        }
      }
      case 2 -> pause(number, instance);
      case 3 -> cutOff(number, instance);
      case 4 -> {
        world.trace().note("the database is slow", world.schedule().now());
        world.network().slowFor(random.nextLong(5 * SECOND));
      }
      case 5 -> {
        world.trace().note("the database is flaky", world.schedule().now());
        world.network().flakyFor(random.nextLong(5 * SECOND));
      }
      default -> {
        world.trace().note("the database is away", world.schedule().now());
        world.network().awayFor(random.nextLong(random.nextInt(4) == 0 ? 20 * SECOND : 2 * SECOND));
      }
    }
  }

  private void pause(int number, Instance instance) {
    long nanos = random.nextLong(random.nextBoolean() ? 20 * SECOND : SECOND);
    world.trace().note("instance %d stands still for %d ns", world.schedule().now(), number, nanos);
    instance.machine().pauseUntil(world.schedule().now() + nanos);
    world.network().trouble(world.schedule().now() + nanos);
  }

  private void cutOff(int number, Instance instance) {
    long nanos = random.nextLong(random.nextBoolean() ? 20 * SECOND : SECOND);
    world.trace().note("instance %d is cut off for %d ns", world.schedule().now(), number, nanos);
    world.network().partition(instance.machine(), nanos);
    world.schedule().after(nanos, instance.machine(), instance::announceEverything);
  }

  private void stopped(int number, Instance instance) {
    if (world.instances().get(number) == instance && instance.isRunning()) {
      world.crash(number);
      later(random.nextLong(2 * SECOND), () -> restart(number));
    }
  }

  private void restart(int number) {
    if (!world.instances().get(number).isRunning()) {
      world.restart(number);
    }
  }

  private void later(long nanos, Runnable what) {
    world.schedule().after(nanos, null, what);
  }

  boolean diskFails() {
    return faulty && random.nextInt(50) == 0;
  }

  /** How many copies of an announcement reach an instance. */
  int copiesOf(String announcement, Instance instance) {
    if (!world.network().reaches(instance.machine())) {
      return 0;
    }
    if (faulty && announcement.startsWith("recall:") && random.nextInt(20) == 0) {
      world.network().trouble(world.schedule().now());
      return random.nextBoolean() ? 0 : 2;
    }
    return 1;
  }

  long delay() {
    return faulty && random.nextInt(10) == 0
        ? random.nextLong(100 * MILLI)
        : random.nextLong(MILLI / 10, 3 * MILLI);
  }
}
