package dev.tollgate.gateway.management.money;

import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.UsageRecords;
import dev.tollgate.billing.UsageRecords.Draw;
import dev.tollgate.billing.UsageRecords.Taken;
import dev.tollgate.billing.UsageRecords.UsageRecord;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.PackTokens;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.Tokens.Holder;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** What one request used, and what was drawn for it from which funds at which prices. */
@ManagementController
class UsageRecordsController {

  private final UsageRecords records;
  private final Cards cards;

  UsageRecordsController(UsageRecords records, Cards cards) {
    this.records = records;
    this.cards = cards;
  }

  /**
   * Cached input tokens are not part of the input tokens. {@code backend} is told to the operator only; it is null too
   * where none answered.
   */
  record UsageRecordCard(UUID request, UUID project, UUID key, String contract, String model, String region,
      String endpoint, @Nullable String backend, String outcome, long inputTokens, long cachedInputTokens,
      long outputTokens, Amount amount, long freeTokens, String packTokens, Instant arrivedAt,
      @Nullable Instant firstTokenAt, Instant completedAt, Instant settledAt, List<DrawCard> draws) {

    static UsageRecordCard of(UsageRecord record, boolean forOperator) {
      Receipt receipt = record.receipt();
      var consumption = record.consumption();
      Usage usage = consumption.usage();
      return new UsageRecordCard(receipt.id().value(), record.project().value(), record.key().value(),
          Long.toString(record.contract()), record.model(), record.region(), consumption.endpoint(),
          forOperator ? consumption.backend() : null, written(consumption.outcome()), usage.inputTokens(),
          usage.cachedInputTokens(), usage.outputTokens(),
          Amount.of(receipt.currency(), receipt.amountPico()), receipt.freeTokens(),
          PackTokens.of(receipt.packMillitokens()), record.arrivedAt(), consumption.firstTokenAt(),
          consumption.completedAt(), record.settledAt(),
          record.draws().stream().map(draw -> DrawCard.of(draw, receipt.currency())).toList());
    }
  }

  /**
   * Tokens of one class that one fund paid for at one version of a price. {@code source} is {@code free_allowance},
   * {@code pack} or {@code money}. Of a pack there are its order's reference, the pack tokens that each token deducts and
   * their sum; of money the price and the amount.
   */
  record DrawCard(String tokenClass, long tokens, String price, String source, @Nullable String pack,
      @Nullable String packTokensPerToken, @Nullable String packTokens, @Nullable Amount perMillionTokens,
      @Nullable Amount amount) {

    static DrawCard of(Draw draw, String currency) {
      String tokenClass = written(draw.tokenClass());
      String price = Long.toString(draw.price());
      return switch (draw.taken()) {
        case Taken.FreeTokens() ->
          new DrawCard(tokenClass, draw.tokens(), price, "free_allowance", null, null, null, null, null);
        case Taken.PackTokens(String pack, long each, long all) -> new DrawCard(tokenClass, draw.tokens(),
            price, "pack", pack, PackTokens.of(each), PackTokens.of(all), null, null);
        case Taken.Amount(long each, long all) ->
          new DrawCard(tokenClass, draw.tokens(), price, "money", null,
              null, null, Amount.perMillion(currency, each), Amount.of(currency, all));
      };
    }
  }

  /** By the id that the answer bore as {@code x-request-id}. */
  @GetMapping("/tenants/{tenant}/usage-records/{request}")
  ResponseEntity<UsageRecordCard> read(Tenant tenant, @PathVariable UUID request) {
    boolean forOperator = Actor.current().holder() instanceof Holder.Operator;
    return RequestId.read(request.toString()).flatMap(id -> records.find(tenant.id(), id))
        .map(record -> cards.ok(UsageRecordCard.of(record, forOperator)))
        .orElseThrow(() -> Rejection.notFound("usage record of request " + request));
  }

  private static String written(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }
}
