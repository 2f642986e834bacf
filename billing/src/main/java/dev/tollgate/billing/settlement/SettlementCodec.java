package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Settlements as bytes, for the journal and for checkpoints. The first byte is the version of the layout: bytes that
 * were written by one gateway are read by its successor. Names of constants are written, not their positions.
 */
final class SettlementCodec {

  private static final byte VERSION = 1;

  private SettlementCodec() {}

  /** Settlements that are, or were to be, written together. */
  record Batch(UUID id, List<Settlement> settlements) {}

  static byte[] encode(UUID batch, List<Settlement> settlements) {
    return bytes(out -> {
      write(out, batch);
      out.writeInt(settlements.size());
      for (Settlement settlement : settlements) {
        write(out, settlement);
      }
    });
  }

  static byte[] encode(Settlement settlement) {
    return bytes(out -> write(out, settlement));
  }

  /** @throws IOException if the bytes are none that {@link #encode(UUID, List)} made */
  static Batch decodeBatch(byte[] bytes) throws IOException {
    return decoded(bytes, in -> {
      UUID id = uuid(in);
      int count = in.readInt();
      var settlements = new ArrayList<Settlement>();
      for (int i = 0; i < count; i++) {
        settlements.add(settlement(in));
      }
      return new Batch(id, List.copyOf(settlements));
    });
  }

  /** @throws IOException if the bytes are none that {@link #encode(Settlement)} made */
  static Settlement decode(byte[] bytes) throws IOException {
    return decoded(bytes, SettlementCodec::settlement);
  }

  private static void write(DataOutput out, Settlement settlement) throws IOException {
    write(out, settlement.id().value());
    write(out, settlement.payer().tenant().value());
    write(out, settlement.payer().project().value());
    write(out, settlement.payer().key().value());
    out.writeLong(settlement.contract());
    out.writeUTF(settlement.currency());
    out.writeUTF(settlement.model());
    out.writeUTF(settlement.region());
    write(out, settlement.arrivedAt());
    out.writeLong(settlement.epoch());
    write(out, settlement.consumption());
    write(out, settlement.bill());
    out.writeInt(settlement.budgets().size());
    for (long account : settlement.budgets()) {
      out.writeLong(account);
    }
  }

  private static Settlement settlement(DataInput in) throws IOException {
    return new Settlement(new RequestId(uuid(in)),
        new Payer(new TenantId(uuid(in)), new ProjectId(uuid(in)), new ApiKeyId(uuid(in))), in.readLong(),
        in.readUTF(), in.readUTF(), in.readUTF(), instant(in), in.readLong(), consumption(in), bill(in),
        accounts(in));
  }

  private static List<Long> accounts(DataInput in) throws IOException {
    int count = in.readInt();
    var accounts = new ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      accounts.add(in.readLong());
    }
    return List.copyOf(accounts);
  }

  private static void write(DataOutput out, Consumption consumption) throws IOException {
    out.writeLong(consumption.usage().inputTokens());
    out.writeLong(consumption.usage().cachedInputTokens());
    out.writeLong(consumption.usage().outputTokens());
    out.writeUTF(consumption.outcome().name());
    out.writeUTF(consumption.endpoint());
    String backend = consumption.backend();
    out.writeBoolean(backend != null);
    if (backend != null) {
      out.writeUTF(backend);
    }
    Instant firstTokenAt = consumption.firstTokenAt();
    out.writeBoolean(firstTokenAt != null);
    if (firstTokenAt != null) {
      write(out, firstTokenAt);
    }
    write(out, consumption.completedAt());
  }

  private static Consumption consumption(DataInput in) throws IOException {
    var usage = new Usage(in.readLong(), in.readLong(), in.readLong());
    Outcome outcome = constant(Outcome.class, in);
    String endpoint = in.readUTF();
    @Nullable
    String backend = in.readBoolean() ? in.readUTF() : null;
    @Nullable
    Instant firstTokenAt = in.readBoolean() ? instant(in) : null;
    return new Consumption(usage, outcome, endpoint, backend, firstTokenAt, instant(in));
  }

  private static void write(DataOutput out, Bill bill) throws IOException {
    out.writeInt(bill.lines().size());
    for (Line line : bill.lines()) {
      out.writeUTF(line.tokenClass().name());
      out.writeLong(line.account());
      out.writeUTF(line.kind().name());
      out.writeLong(line.tokens());
      out.writeLong(line.priceRow());
      out.writeLong(line.unitPrice());
      out.writeLong(line.amount());
    }
    out.writeLong(bill.amountPico());
    out.writeLong(bill.freeTokens());
    out.writeLong(bill.packMillitokens());
  }

  private static Bill bill(DataInput in) throws IOException {
    int count = in.readInt();
    var lines = new ArrayList<Line>();
    for (int i = 0; i < count; i++) {
      lines.add(new Line(constant(TokenClass.class, in), in.readLong(), constant(FundKind.class, in),
          in.readLong(), in.readLong(), in.readLong(), in.readLong()));
    }
    return new Bill(List.copyOf(lines), in.readLong(), in.readLong(), in.readLong());
  }

  private static void write(DataOutput out, UUID id) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  private static UUID uuid(DataInput in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }

  private static void write(DataOutput out, Instant instant) throws IOException {
    out.writeLong(instant.getEpochSecond());
    out.writeInt(instant.getNano());
  }

  private static Instant instant(DataInput in) throws IOException {
    return Instant.ofEpochSecond(in.readLong(), in.readInt());
  }

  private static <E extends Enum<E>> E constant(Class<E> type, DataInput in) throws IOException {
    return Enum.valueOf(type, in.readUTF());
  }

  private static byte[] bytes(Writing writing) {
    var bytes = new ByteArrayOutputStream(512);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      writing.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Not to be written as bytes", e);
    }
    return bytes.toByteArray();
  }

  private static <T> T decoded(byte[] bytes, Reading<T> reading) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new IOException("Layout " + version + " of settlements is not known here");
      }
      T value = reading.read(in);
      if (in.read() >= 0) {
        throw new IOException("Something follows the settlement");
      }
      return value;
    } catch (IllegalArgumentException e) {
      throw new IOException("Not a settlement", e);
    }
  }

  private interface Writing {
    void write(DataOutput out) throws IOException;
  }

  private interface Reading<T> {
    T read(DataInput in) throws IOException;
  }
}
