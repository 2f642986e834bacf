package dev.tollgate.billing.rollups;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.rollups.UsageSums.Drawn;
import dev.tollgate.billing.rollups.UsageSums.Group;
import dev.tollgate.billing.rollups.UsageSums.Sums;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums of usage as {@code billing.usage_delta.packed} keeps them for some seconds. Numbers are unsigned LEB128.
 *
 * <pre>
 * format (1), number of words, each word (length in bytes, UTF-8), number of groups, and of each group:
 *   tenant, project and key (16 bytes each), contract, model, region, currency and outcome (each a word by its position),
 *   quarter of an hour since 1970, requests, input, cached input and output tokens, free tokens, pack millitokens,
 *   amount in pico-units, number of draws, and of each draw: account, price row, unit price, requests, tokens, amount
 * </pre>
 */
final class PackedSums {

  private static final int FORMAT = 1;
  /** What a group takes that two accounts were drawn from, about. */
  private static final int BYTES_OF_A_GROUP = 128;

  private PackedSums() {}

  static PackedBytes pack(UsageSums sums) {
    var words = new LinkedHashMap<String, Integer>();
    sums.forEach((group, each) -> {
      for (String word : words(group)) {
        words.putIfAbsent(word, words.size());
      }
    });
    var packed = new PackedBytes(new byte[64 + sums.size() * BYTES_OF_A_GROUP]);
    packed.putNumber(FORMAT);
    packed.putNumber(words.size());
    words.keySet().forEach(packed::putText);
    packed.putNumber(sums.size());
    sums.forEach((group, each) -> put(packed, words, group, each));
    return packed;
  }

  private static String[] words(Group group) {
    return new String[]{group.model(), group.region(), group.currency(), group.outcome().name()};
  }

  private static void put(PackedBytes packed, Map<String, Integer> words, Group group, Sums sums) {
    packed.putUuid(group.payer().tenant().value());
    packed.putUuid(group.payer().project().value());
    packed.putUuid(group.payer().key().value());
    packed.putNumber(group.contract());
    for (String word : words(group)) {
      packed.putNumber(words.getOrDefault(word, -1));
    }
    packed.putNumber(group.quarter());
    packed.putNumber(sums.requests());
    packed.putNumber(sums.input());
    packed.putNumber(sums.cachedInput());
    packed.putNumber(sums.output());
    packed.putNumber(sums.freeTokens());
    packed.putNumber(sums.packMillitokens());
    packed.putNumber(sums.amountPico());
    packed.putNumber(sums.draws().size());
    for (Drawn draw : sums.draws()) {
      packed.putNumber(draw.account());
      packed.putNumber(draw.price());
      packed.putNumber(draw.unitPrice());
      packed.putNumber(draw.requests());
      packed.putNumber(draw.tokens());
      packed.putNumber(draw.amount());
    }
  }

  /**
   * Adds what was packed to sums.
   *
   * @throws IllegalStateException if it is of another format, or not whole
   * @throws ArithmeticException if a sum does not fit in a {@code long}
   */
  static void unpack(byte[] bytes, UsageSums into) {
    var packed = new PackedBytes(bytes);
    long format = packed.number();
    if (format != FORMAT) {
      throw new IllegalStateException("Sums of usage are packed in the unknown format " + format);
    }
    int words = Math.toIntExact(packed.number());
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < words; i++) {
      texts.add(packed.text().intern());
    }
    long groups = packed.number();
    for (long i = 0; i < groups; i++) {
      addGroup(packed, texts, into);
    }
    packed.end();
  }

  private static void addGroup(PackedBytes packed, List<String> words, UsageSums into) {
    var payer = new Payer(new TenantId(packed.uuid()), new ProjectId(packed.uuid()),
        new ApiKeyId(packed.uuid()));
    var group = new Group(payer, packed.number(), word(packed, words), word(packed, words),
        word(packed, words), Outcome.valueOf(word(packed, words)), packed.number());
    Sums sums = into.of(group);
    sums.add(packed.number(), packed.number(), packed.number(), packed.number());
    sums.addBill(packed.number(), packed.number(), packed.number());
    long draws = packed.number();
    for (long i = 0; i < draws; i++) {
      sums.draw(packed.number(), packed.number(), packed.number())
          .add(packed.number(), packed.number(), packed.number());
    }
  }

  private static String word(PackedBytes packed, List<String> words) {
    return words.get(Math.toIntExact(packed.number()));
  }
}
