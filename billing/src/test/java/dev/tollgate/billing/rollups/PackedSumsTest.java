package dev.tollgate.billing.rollups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.rollups.UsageSums.Group;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.testing.TestPostgres;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class PackedSumsTest {

  private static final List<Outcome> OUTCOMES = List.copyOf(EnumSet.allOf(Outcome.class));
  private static final List<FundKind> KINDS = List.copyOf(EnumSet.allOf(FundKind.class));
  private static final Instant NOON = Instant.parse("2026-11-15T12:00:00Z");

  /** All that sums say, in a form that can be compared. */
  private static List<String> told(UsageSums sums) {
    var told = new ArrayList<String>();
    sums.forEach((group, each) -> {
      told.add(group + ": " + List.of(each.requests(), each.input(), each.cachedInput(), each.output(),
          each.freeTokens(), each.packMillitokens(), each.amountPico()));
      each.draws().forEach(draw -> told.add("  " + List.of(draw.account(), draw.price(), draw.unitPrice(),
          draw.requests(), draw.tokens(), draw.amount())));
    });
    return told;
  }

  private static byte[] bytes(UsageSums sums) {
    PackedBytes packed = PackedSums.pack(sums);
    return Arrays.copyOf(packed.bytes(), packed.length());
  }

  private static UsageSums random(Random random) {
    var sums = new UsageSums();
    int requests = random.nextInt(60);
    for (int i = 0; i < requests; i++) {
      var payer = new Payer(new TenantId(new UUID(random.nextInt(3), -1)),
          new ProjectId(new UUID(0, random.nextInt(2))),
          new ApiKeyId(new UUID(Long.MIN_VALUE, random.nextInt(2))));
      var group = new Group(payer, number(random), "模型-" + random.nextInt(3), "eu", "USD",
          one(OUTCOMES, random), random.nextInt(2));
      List<Line> lines = IntStream.range(0, random.nextInt(4))
          .mapToObj(line -> new Line(TokenClass.INPUT, random.nextInt(3), one(KINDS, random),
              number(random), number(random), number(random), number(random)))
          .toList();
      sums.add(group, new Usage(number(random), number(random), number(random)), Bill.of(lines));
    }
    return sums;
  }

  private static <T> T one(List<T> some, Random random) {
    return some.get(random.nextInt(some.size()));
  }

  /** Of any length in bytes, and small enough for sixty to be added up. */
  private static long number(Random random) {
    return random.nextLong(Long.MAX_VALUE / 200) >>> random.nextInt(56);
  }

  @Property(tries = 300)
  void whatIsPackedIsUnpacked(@ForAll long seed) {
    UsageSums sums = random(new Random(seed));
    var unpacked = new UsageSums();
    PackedSums.unpack(bytes(sums), unpacked);
    assertThat(told(unpacked)).isEqualTo(told(sums));
  }

  @Property(tries = 300)
  void whatIsCutShortOrTooLongIsRefused(@ForAll long seed) {
    var random = new Random(seed);
    byte[] whole = bytes(random(random));
    assertThatThrownBy(
        () -> PackedSums.unpack(Arrays.copyOf(whole, random.nextInt(whole.length)), new UsageSums()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> PackedSums.unpack(Arrays.copyOf(whole, whole.length + 1), new UsageSums()))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("1 bytes follow");
  }

  @Test
  void anUnknownFormatIsRefused() {
    assertThatThrownBy(() -> PackedSums.unpack(new byte[]{2, 0, 0}, new UsageSums()))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("unknown format 2");
  }

  @Test
  void numbersTakeAsManyBytesAsTheyNeed() {
    long[] numbers = {0, 127, 128, 16_383, 16_384, Long.MAX_VALUE, -1};
    var packed = new PackedBytes(new byte[1]);
    for (long number : numbers) {
      packed.putNumber(number);
    }
    assertThat(packed.length()).isEqualTo(1 + 1 + 2 + 2 + 3 + 9 + 10);
    var read = new PackedBytes(Arrays.copyOf(packed.bytes(), packed.length()));
    for (long number : numbers) {
      assertThat(read.number()).isEqualTo(number);
    }
    read.end();
  }

  @Test
  void aNumberWithoutEndIsRefused() {
    byte[] endless = new byte[20];
    Arrays.fill(endless, (byte) 0x80);
    assertThatThrownBy(() -> new PackedBytes(endless).number()).hasMessageContaining("does not end");
  }

  /** Roll-ups count further than a transaction of settlement does. */
  @Test
  void sumsTooLargeToBeFoldedTogetherAreFoldedOneByOne() throws Exception {
    var payer = new Payer(new TenantId(UUID.randomUUID()), new ProjectId(UUID.randomUUID()),
        new ApiKeyId(UUID.randomUUID()));
    long most = Long.MAX_VALUE;
    try (var pool = TestPostgres.migrated().pool(2); var connection = pool.getConnection()) {
      for (int i = 0; i < 3; i++) {
        var delta = new UsageDelta();
        var line = new Line(TokenClass.OUTPUT, 7, FundKind.MONEY, most, 1, 1, most);
        delta.add(payer, 0, "m", "eu", "USD", NOON, new Consumption(new Usage(0, 0, most), Outcome.COMPLETED,
            "/v1/chat/completions", null, NOON, NOON), Bill.of(List.of(line)));
        delta.write(connection, UUID.randomUUID());
      }
      var rollUps = new RollUps(pool);
      while (rollUps.fold() > 0) {
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isEqualTo(1);
      }
      JdbcClient jdbc = JdbcClient.create(pool);
      BigDecimal all = BigDecimal.valueOf(most).multiply(BigDecimal.valueOf(3));
      assertThat(jdbc.sql("SELECT amount_pico FROM billing.usage_day").query(BigDecimal.class).single())
          .isEqualByComparingTo(all);
      assertThat(jdbc.sql("SELECT tokens FROM billing.usage_month").query(BigDecimal.class).single())
          .isEqualByComparingTo(all);
    }
  }
}
