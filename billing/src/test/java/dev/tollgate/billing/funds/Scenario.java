package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Agreements.Agreement;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Packs.Order;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.Packs.Size;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * One row of a table of scenarios: a tenant, and steps such as {@code pack:1M run:800k+200kc+100k}, in which tokens are
 * input + cached input + output. Amounts of money are decimals of the contract's currency.
 */
final class Scenario {

  private final House house;
  private final House.Instance instance;
  private final TenantId tenant = new TenantId(UUID.randomUUID());
  private final Map<String, Open> holds = new LinkedHashMap<>();
  private String currency = "USD";
  private String model = "deepseek-v3";
  private String region = "eu";
  private int orders;
  private long money;
  private long free;
  private long pack;

  private record Open(Request request, Hold hold) {}

  Scenario(House house, House.Instance instance) {
    this.house = house;
    this.instance = instance;
  }

  Scenario play(String steps) {
    for (String step : steps.strip().split("\\s+", -1)) {
      int colon = step.indexOf(':');
      String verb = colon < 0 ? step : step.substring(0, colon);
      play(verb, colon < 0 ? "" : step.substring(colon + 1));
    }
    return this;
  }

  private void play(String verb, String what) {
    switch (verb) {
      case "at" -> at(Instant.parse(what));
      case "payg" -> contract("pay-as-you-go", what, 100_000);
      case "paid" -> contract("pay-as-you-go", what, 0);
      case "enterprise" -> enterprise(what);
      case "topup" -> house.funding.topUp(tenant, currency, pico(what), "top-up " + orders++);
      case "pack" -> bought(buy(new Size.Tokens(tokens(what)), Payment.RECORDED));
      case "moneypack" -> bought(buy(new Size.Worth(pico(what)), Payment.RECORDED));
      case "frombalance" -> bought(buy(new Size.Tokens(tokens(what)), Payment.BALANCE));
      case "expire" -> assertThat(house.packs.expire()).isEqualTo(Integer.parseInt(what));
      case "fallthrough" -> house.packs.fallThrough(tenant, what.equals("on"));
      case "model" -> model = what;
      case "region" -> region = what;
      case "run" -> run(what);
      case "hold" -> hold(what);
      case "settle" -> settle(what);
      case "refused" -> refused(what);
      default -> throw new IllegalArgumentException("No such step: " + verb);
    }
  }

  private void at(Instant instant) {
    house.time.moveTo(instant);
    instance.funds.beat();
  }

  /** The rest of the step is {@code ZONE,CURRENCY}, each of which may be missing. */
  private void contract(String plan, String what, long freeTokens) {
    String[] terms = what.split(",", -1);
    currency = terms.length > 1 ? terms[1] : "USD";
    house.jdbc.sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (:tenant, :plan, :currency, :zone, :free, '[2026-01-01T00:00:00Z,)')
        """).param("tenant", tenant.value()).param("plan", plan).param("currency", currency)
        .param("zone", ZoneId.of(terms[0].isEmpty() ? "UTC" : terms[0]).getId()).param("free", freeTokens)
        .update();
    house.contracts.refresh(tenant);
  }

  /** {@code ZONE,CURRENCY}, from now on. */
  private void enterprise(String what) {
    String[] terms = what.split(",", -1);
    currency = terms.length > 1 ? terms[1] : "USD";
    house.funding.enterprise(tenant,
        new Agreement(currency, ZoneId.of(terms[0].isEmpty() ? "UTC" : terms[0]), 50_000_000, 0),
        house.time.clock().instant());
  }

  private Purchase buy(Size size, Payment payment) {
    return house.packs.buy(tenant, new Order(size, currency, payment, "order " + orders++));
  }

  private static void bought(Purchase purchase) {
    assertThat(purchase).isInstanceOf(Purchase.Bought.class);
  }

  private Request request() {
    return instance.request(tenant).of(model).in(region);
  }

  private void run(String what) {
    long[] tokens = split(what);
    Request request = request();
    // A hold is for at least one output token, also where the answer stays empty.
    Hold hold = request.hold(tokens[0] + tokens[1], Math.max(1, tokens[2]));
    add(Request.settled(hold, request.used(tokens[0], tokens[1], tokens[2])));
  }

  /** {@code NAME=INPUT+CACHED+OUTPUT}. */
  private void hold(String what) {
    long[] tokens = split(what.substring(what.indexOf('=') + 1));
    Request request = request();
    holds.put(what.substring(0, what.indexOf('=')),
        new Open(request, request.hold(tokens[0] + tokens[1], tokens[2])));
  }

  private void settle(String what) {
    long[] tokens = split(what.substring(what.indexOf('=') + 1));
    Open open = Objects.requireNonNull(holds.get(what.substring(0, what.indexOf('='))));
    add(Request.settled(open.hold(), open.request().used(tokens[0], tokens[1], tokens[2])));
  }

  /** {@code REASON=INPUT+CACHED+OUTPUT}. */
  private void refused(String what) {
    long[] tokens = split(what.substring(what.indexOf('=') + 1));
    assertThat(request().refusal(tokens[0] + tokens[1], tokens[2]))
        .isEqualTo(Refusal.valueOf(what.substring(0, what.indexOf('='))));
  }

  private void add(Receipt receipt) {
    assertThat(receipt.currency()).isEqualTo(currency);
    money = Math.addExact(money, receipt.amountPico());
    free = Math.addExact(free, receipt.freeTokens());
    pack = Math.addExact(pack, receipt.packMillitokens());
  }

  /** Everything that was settled: {@code MONEY FREE PACK}, of packs in pack tokens. */
  String settled() {
    return plain(new BigDecimal(BigInteger.valueOf(money), 12)) + " " + free + " "
        + plain(new BigDecimal(BigInteger.valueOf(pack), 3));
  }

  /** What is left: {@code MONEY FREE PACK,PACK…}, the soonest expiry first. */
  String left() {
    var balance = house.balances.of(tenant);
    Money paidIn = balance.balance();
    var packs = house.packs.of(tenant).stream()
        .map(bought -> plain(new BigDecimal(BigInteger.valueOf(bought.leftMillitokens()), 3))).toList();
    return plain(new BigDecimal(paidIn.pico(), 12)) + " " + balance.freeTokensLeft() + " "
        + (packs.isEmpty() ? "-" : String.join(",", packs));
  }

  private static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }

  private static long pico(String amount) {
    return new BigDecimal(amount).movePointRight(12).longValueExact();
  }

  private static long[] split(String what) {
    String[] parts = what.split("\\+", -1);
    return new long[]{tokens(parts[0]), tokens(parts[1]), tokens(parts[2])};
  }

  private static long tokens(String what) {
    long unit = what.endsWith("M") ? 1_000_000 : what.endsWith("k") ? 1_000 : 1;
    return Long.parseLong(unit == 1 ? what : what.substring(0, what.length() - 1)) * unit;
  }
}
