package dev.tollgate.billing.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.funds.Request;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.settlement.SettlementCodec.Batch;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SettlementCodecTest {

  private static final Instant NOW = Instant.parse("2026-11-15T12:00:00.123456789Z");

  @Property(tries = 200)
  void whatIsWrittenIsReadAgain(@ForAll("settlements") List<Settlement> settlements) throws IOException {
    UUID batch = UUID.randomUUID();
    assertThat(SettlementCodec.decodeBatch(SettlementCodec.encode(batch, settlements)))
        .isEqualTo(new Batch(batch, settlements));
    for (Settlement settlement : settlements) {
      assertThat(SettlementCodec.decode(SettlementCodec.encode(settlement))).isEqualTo(settlement);
    }
  }

  @Test
  void bytesThatAreCutOrGoOnOrAreOfAnotherLayoutAreRefused() {
    byte[] bytes = SettlementCodec.encode(settlement("m", "b", 1, List.of()));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> SettlementCodec.decode(cut)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> SettlementCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(IOException.class);
    bytes[0]++;
    assertThatThrownBy(() -> SettlementCodec.decode(bytes)).isInstanceOf(IOException.class)
        .hasMessageContaining("Layout");
  }

  @Test
  void anOrdinarySettlementTakesLessThanTheRoomThatIsReserved() {
    List<Line> lines = List.of(line(TokenClass.INPUT, FundKind.FREE_ALLOWANCE),
        line(TokenClass.INPUT, FundKind.PACK),
        line(TokenClass.INPUT_CACHED, FundKind.PACK), line(TokenClass.OUTPUT, FundKind.PACK),
        line(TokenClass.OUTPUT, FundKind.MONEY));
    byte[] alone = SettlementCodec.encode(UUID.randomUUID(),
        List.of(settlement("a-model-with-a-rather-long-name", "backend-7.internal.example:9000", 5, lines)));
    assertThat(alone.length).isLessThan(SettlementJournal.BYTES_EACH);
  }

  @Provide
  Arbitrary<List<Settlement>> settlements() {
    Arbitrary<List<Line>> lines = Combinators
        .combine(Arbitraries.of(TokenClass.values()), Arbitraries.of(FundKind.values()))
        .as(SettlementCodecTest::line)
        .list().ofMaxSize(6);
    return Combinators.combine(Arbitraries.strings().ofMaxLength(40),
        Arbitraries.strings().ofMaxLength(40).injectNull(0.3), Arbitraries.longs().greaterOrEqual(0), lines)
        .as(SettlementCodecTest::settlement).list().ofMaxSize(5);
  }

  private static Line line(TokenClass tokenClass, FundKind kind) {
    return new Line(tokenClass, 77, kind, 5, 3, 1_000, 5_000);
  }

  private static Settlement settlement(String model, String backend, long tokens, List<Line> lines) {
    UUID tenant = UUID.randomUUID();
    var consumption = new Consumption(new Usage(tokens, 1, 2), Outcome.LENGTH, "/v1/completions", backend,
        backend == null ? null : NOW, NOW.plusSeconds(3));
    return new Settlement(Request.idAt(NOW),
        new Payer(new TenantId(tenant), new ProjectId(tenant), new ApiKeyId(tenant)), 12, "USD", model, "eu",
        NOW, 34,
        consumption, Bill.of(lines), List.of(8L, 9L, 10L));
  }
}
