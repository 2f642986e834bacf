package dev.tollgate.gateway.api.openai;

import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.UsageRecords;
import dev.tollgate.billing.UsageRecords.Draw;
import dev.tollgate.billing.UsageRecords.Taken;
import dev.tollgate.billing.UsageRecords.UsageRecord;
import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.gateway.pipeline.RefusedException;
import dev.tollgate.tenants.Caller;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What one of the asking key's requests used and cost, and how that came about. */
@RestController
class UsageRecordController {

  private final UsageRecords records;

  UsageRecordController(UsageRecords records) {
    this.records = records;
  }

  /** A settled request; {@code prompt_tokens} include the cached ones. */
  record UsageRecordBody(String id, String object, String model, String region, String endpoint,
      String outcome,
      long prompt_tokens, long cached_tokens, long completion_tokens, String cost, String currency,
      long free_tokens, BigDecimal pack_tokens, Instant arrived_at, @Nullable Instant first_token_at,
      Instant completed_at, List<DrawBody> draws) {

    static UsageRecordBody of(UsageRecord record) {
      var consumption = record.consumption();
      Usage usage = consumption.usage();
      Receipt receipt = record.receipt();
      return new UsageRecordBody(receipt.id().toString(), "usage.record", record.model(), record.region(),
          consumption.endpoint(), written(consumption.outcome()), usage.promptTokens(),
          usage.cachedInputTokens(), usage.outputTokens(), Decimals.money(receipt.amountPico()),
          receipt.currency(), receipt.freeTokens(), Decimals.packTokens(receipt.packMillitokens()),
          record.arrivedAt(), consumption.firstTokenAt(), consumption.completedAt(),
          record.draws().stream().map(DrawBody::of).toList());
    }
  }

  /**
   * Tokens of one class that one source paid for: {@code free_allowance}, {@code pack} (by the order's reference) or
   * {@code money}.
   */
  record DrawBody(String token_class, long tokens, String source, String price_version, @Nullable String pack,
      @Nullable BigDecimal pack_tokens_each, @Nullable BigDecimal pack_tokens, @Nullable String cost_each,
      @Nullable String cost) {

    static DrawBody of(Draw draw) {
      String tokenClass = written(draw.tokenClass());
      String price = Long.toString(draw.price());
      return switch (draw.taken()) {
        case Taken.FreeTokens() ->
          new DrawBody(tokenClass, draw.tokens(), "free_allowance", price, null, null, null, null, null);
        case Taken.PackTokens(String pack, long each, long all) -> new DrawBody(tokenClass, draw.tokens(),
            "pack", price, pack, Decimals.packTokens(each), Decimals.packTokens(all), null, null);
        case Taken.Amount(long each, long all) ->
          new DrawBody(tokenClass, draw.tokens(), "money", price, null,
              null, null, Decimals.money(each), Decimals.money(all));
      };
    }
  }

  /** By the id that the answer bore as {@code x-request-id}; requests of other keys are not found. */
  @GetMapping("/v1/usage/{request}")
  UsageRecordBody read(@AuthenticationPrincipal Caller caller, @PathVariable String request) {
    AccountController.require(caller);
    return RequestId.read(request).flatMap(id -> records.find(caller.tenant(), id))
        .filter(record -> record.key().equals(caller.key())).map(UsageRecordBody::of)
        .orElseThrow(() -> new RefusedException(new Refusal.UnknownRequest(request)));
  }

  private static String written(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }
}
