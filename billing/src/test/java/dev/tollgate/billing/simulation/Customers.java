package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Money;
import dev.tollgate.billing.Packs.Pack;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.packs.Checkout;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.billing.simulation.Books.Kind;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * What tenants pay in and what packs they buy, each under a reference of its own, and what the ledger may therefore say.
 * Who gets no answer does the same again a little later, at whatever instance, and some do so who got one.
 */
final class Customers {

  private static final String USD = "USD";
  private static final int ATTEMPTS = 6;
  private static final long LONGEST_PAUSE = 3 * World.SECOND;
  private static final long OFFER = 1;
  private static final long MILLI = 1_000;
  private static final long PACK_TOKEN_PICO = 2_400_000;

  private final World world;
  private final SplittableRandom random;
  private final Map<TenantId, Dealings> dealings = new HashMap<>();
  private long references;

  Customers(World world, SplittableRandom random) {
    this.world = world;
    this.random = random;
  }

  /** What a tenant has tried to pay in and to spend on packs, and how much of it was confirmed. */
  private static final class Dealings {

    private long paying;
    private long paid;
    private long buying;
    private long bought;
  }

  private Dealings of(TenantId tenant) {
    return dealings.computeIfAbsent(tenant, none -> new Dealings());
  }

  /** One payment or purchase. */
  private abstract class Deal {

    final TenantId tenant;
    final String reference = "deal-" + ++references;
    boolean confirmed;

    Deal(TenantId tenant) {
      this.tenant = tenant;
    }

    /** Runs on an instance's machine. */
    abstract void runOn(Instance instance);

    void attempt(int number) {
      Instance instance = world.instances().get(random.nextInt(World.INSTANCES));
      if (instance.takesRequests()) {
        world.schedule().start(0, instance.machine(), () -> {
          try {
            runOn(instance);
          } catch (DataAccessResourceFailureException e) {
            world.trace().note("tenant %d gets no answer", world.schedule().now(), world.numberOf(tenant));
          }
        });
      }
      if (number < ATTEMPTS) {
        world.schedule().after(random.nextLong(LONGEST_PAUSE), null, () -> {
          if (!confirmed || random.nextInt(4) == 0) {
            attempt(number + 1);
          }
        });
      }
    }
  }

  /** A tenant that begins with something. */
  void begin(TenantId tenant, long amount) {
    of(tenant).paying += amount;
    world.platform().database().topUp(tenant, USD, amount, "deal-" + ++references);
    of(tenant).paid += amount;
  }

  void payIn(TenantId tenant, long amount) {
    world.trace().note("tenant %d pays in %d pico", world.schedule().now(), world.numberOf(tenant), amount);
    of(tenant).paying += amount;
    new Deal(tenant) {
      @Override
      void runOn(Instance instance) {
        instance.topUp(tenant, USD, amount, reference);
        if (!confirmed) {
          confirmed = true;
          of(tenant).paid += amount;
        }
        check(tenant);
      }
    }.attempt(1);
  }

  /** Buys a pack out of the balance that is valid for some seconds, by the clock of whoever sells it. */
  void buyPack(TenantId tenant, long tokens, long seconds) {
    of(tenant).buying += tokens;
    var price = new Money(USD, BigInteger.valueOf(tokens * PACK_TOKEN_PICO));
    new Deal(tenant) {

      // Its answer may come after those of its repeats.
      private boolean wasFirst;

      @Override
      void runOn(Instance instance) {
        // A refusal from before it could be paid may come after a repeat has bought it.
        boolean boughtBefore = confirmed;
        Instant now = instance.machine().clock().instant().truncatedTo(ChronoUnit.MILLIS);
        var pack = new Pack(reference, tokens, price, Payment.BALANCE, now, now.plusSeconds(seconds),
            tokens * MILLI);
        Checkout checkout = instance.checkout();
        switch (checkout.buy(tenant, OFFER, pack)) {
          case Purchase.Bought(Pack bought, boolean first) -> {
            if (!bought.reference().equals(reference) || bought.packTokens() != tokens
                || (first && wasFirst)) {
              throw new Violation("Ordered %s, bought is %s".formatted(pack, bought));
            }
            wasFirst |= first;
            of(tenant).bought += confirmed ? 0 : tokens;
            confirmed = true;
          }
          case Purchase.Refused(String field, String rule) -> {
            if (boughtBefore || field.equals("reference")) {
              throw new Violation("Refused what was bought before: " + rule);
            }
          }
        }
        world.trace().note("tenant %d asked for a pack of %d tokens: %d", world.schedule().now(),
            world.numberOf(tenant), tokens, confirmed ? 1 : 0);
        check(tenant);
      }
    }.attempt(1);
  }

  /**
   * What was paid in and what packs were bought, once each: at least what was confirmed, at most what was tried, and each
   * pack for its price.
   */
  void check(TenantId tenant) {
    Books books = world.platform().books();
    Dealings known = of(tenant);
    long paid = 0;
    long spent = 0;
    long sold = 0;
    for (Fund fund : books.fundsOf(tenant)) {
      if (fund.kind == Kind.MONEY) {
        paid += books.posted(fund.account, "TOP_UP");
        spent += books.posted(fund.account, "PACK_PAYMENT");
      }
      sold += books.posted(fund.account, "PACK_SALE");
    }
    if (paid < known.paid || paid > known.paying || sold < known.bought * MILLI
        || sold > known.buying * MILLI || spent != sold / MILLI * PACK_TOKEN_PICO) {
      throw new Violation(
          "Tenant %d tried to pay in %d and was confirmed %d, paid in are %d; tried to buy packs of %d tokens and was confirmed %d, sold are %d for %d; %s"
              .formatted(world.numberOf(tenant), known.paying, known.paid, paid, known.buying, known.bought,
                  sold / MILLI, spent, world.accounting().describe(tenant)));
    }
  }

  void checkRest() {
    dealings.keySet().forEach(this::check);
  }
}
