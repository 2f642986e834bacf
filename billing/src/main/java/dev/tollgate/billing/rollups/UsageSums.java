package dev.tollgate.billing.rollups;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Requests added up by all that roll-ups tell apart, and below that by what was drawn at which price. */
final class UsageSums {

  /** Days and months of all zones begin at a multiple of it, so requests within it belong to the same ones. */
  private static final long QUARTER_SECONDS = 15 * 60;

  private final Map<Group, Sums> groups = new LinkedHashMap<>();

  /** @param quarter of an hour in which the requests arrived, numbered from 1970 on */
  record Group(Payer payer, long contract, String model, String region, String currency, Outcome outcome,
      long quarter) {

    static long quarter(Instant arrivedAt) {
      return Math.floorDiv(arrivedAt.getEpochSecond(), QUARTER_SECONDS);
    }

    /** When its quarter of an hour began. */
    Instant from() {
      return Instant.ofEpochSecond(Math.multiplyExact(quarter, QUARTER_SECONDS));
    }
  }

  /** @throws ArithmeticException if a sum does not fit in a {@code long} */
  void add(Group group, Usage usage, Bill bill) {
    Sums sums = of(group);
    sums.add(1, usage.inputTokens(), usage.cachedInputTokens(), usage.outputTokens());
    sums.addBill(bill.freeTokens(), bill.packMillitokens(), bill.amountPico());
    for (Line line : bill.lines()) {
      sums.draw(line.account(), line.priceRow(), line.unitPrice()).add(1, line.tokens(), line.amount());
    }
  }

  Sums of(Group group) {
    return groups.computeIfAbsent(group, each -> new Sums());
  }

  int size() {
    return groups.size();
  }

  void forEach(BiConsumer<Group, Sums> use) {
    groups.forEach(use);
  }

  /** What the requests of a group used. */
  static final class Sums {

    private final List<Drawn> draws = new ArrayList<>(3);
    private long requests;
    private long input;
    private long cachedInput;
    private long output;
    private long freeTokens;
    private long packMillitokens;
    private long amountPico;

    void add(long moreRequests, long moreInput, long moreCachedInput, long moreOutput) {
      requests = Math.addExact(requests, moreRequests);
      input = Math.addExact(input, moreInput);
      cachedInput = Math.addExact(cachedInput, moreCachedInput);
      output = Math.addExact(output, moreOutput);
    }

    void addBill(long moreFreeTokens, long morePackMillitokens, long moreAmountPico) {
      freeTokens = Math.addExact(freeTokens, moreFreeTokens);
      packMillitokens = Math.addExact(packMillitokens, morePackMillitokens);
      amountPico = Math.addExact(amountPico, moreAmountPico);
    }

    /** What is drawn from an account at a price: there are few, so they are searched one by one. */
    Drawn draw(long account, long price, long unitPrice) {
      for (Drawn draw : draws) {
        if (draw.account == account && draw.price == price && draw.unitPrice == unitPrice) {
          return draw;
        }
      }
      var draw = new Drawn(account, price, unitPrice);
      draws.add(draw);
      return draw;
    }

    List<Drawn> draws() {
      return draws;
    }

    long requests() {
      return requests;
    }

    long input() {
      return input;
    }

    long cachedInput() {
      return cachedInput;
    }

    long output() {
      return output;
    }

    long freeTokens() {
      return freeTokens;
    }

    long packMillitokens() {
      return packMillitokens;
    }

    long amountPico() {
      return amountPico;
    }
  }

  /** What the lines of a group drew from an account at a price; the amount is in the account's unit. */
  static final class Drawn {

    private final long account;
    private final long price;
    private final long unitPrice;
    private long requests;
    private long tokens;
    private long amount;

    private Drawn(long account, long price, long unitPrice) {
      this.account = account;
      this.price = price;
      this.unitPrice = unitPrice;
    }

    void add(long moreRequests, long moreTokens, long moreAmount) {
      requests = Math.addExact(requests, moreRequests);
      tokens = Math.addExact(tokens, moreTokens);
      amount = Math.addExact(amount, moreAmount);
    }

    long account() {
      return account;
    }

    long price() {
      return price;
    }

    long unitPrice() {
      return unitPrice;
    }

    long requests() {
      return requests;
    }

    long tokens() {
      return tokens;
    }

    long amount() {
      return amount;
    }
  }
}
