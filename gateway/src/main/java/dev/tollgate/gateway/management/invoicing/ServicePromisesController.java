package dev.tollgate.gateway.management.invoicing;

import dev.tollgate.billing.ServicePromises;
import dev.tollgate.billing.ServicePromises.Credit;
import dev.tollgate.billing.ServicePromises.Promise;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Decided;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.tenants.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;

/** What contracts promise: what their plan does, or what was agreed before they began. */
@ManagementController
class ServicePromisesController {

  private static final Map<String, String> POINTERS = Map.of("contract", "", "firstTokenMillis",
      "/promise/firstTokenMillis", "firstTokenPercent", "/promise/firstTokenPercent", "longestPrompt",
      "/promise/longestPrompt", "credits", "/promise/credits");

  private final ServicePromises promises;
  private final Cards cards;

  ServicePromisesController(ServicePromises promises, Cards cards) {
    this.promises = promises;
    this.cards = cards;
  }

  /** Below an availability in millionths, so many hundredths of a percent of the month's usage are owed. */
  record ServiceCredit(int belowPpm, int basisPoints) {}

  /** {@code credits} are in the order of availabilities, the highest first; it is the objective. */
  record ServicePromise(int firstTokenMillis, int firstTokenPercent, long longestPrompt,
      List<ServiceCredit> credits) {

    static ServicePromise of(Promise promise) {
      return new ServicePromise(promise.firstTokenMillis(), promise.firstTokenPercent(),
          promise.longestPrompt(),
          promise.credits().stream().map(each -> new ServiceCredit(each.belowPpm(), each.basisPoints()))
              .toList());
    }

    Promise asked() {
      return new Promise(firstTokenMillis, firstTokenPercent, longestPrompt,
          credits.stream().map(each -> new Credit(each.belowPpm(), each.basisPoints())).toList());
    }
  }

  /** Null where nothing is promised. */
  record ContractPromise(@Nullable ServicePromise promise) {}

  record AgreedPromise(ServicePromise promise) {}

  @GetMapping("/tenants/{tenant}/contracts/{contract}/service-level")
  ResponseEntity<ContractPromise> read(Tenant tenant, @PathVariable long contract) {
    return cards.ok(promise(tenant, contract));
  }

  /** Only of a contract that has not begun. */
  @RequiresIfMatch
  @PutMapping("/tenants/{tenant}/contracts/{contract}/service-level")
  ResponseEntity<ContractPromise> agree(Tenant tenant, @PathVariable long contract,
      @Body AgreedPromise wanted,
      HttpServletRequest request, Change change) {
    ContractPromise before = promise(tenant, contract);
    cards.requireSeen(request, before);
    Decided.value(promises.agree(tenant.id(), contract, wanted.promise().asked()), POINTERS);
    ContractPromise after = promise(tenant, contract);
    change.record("service-level.agree", contract, before, after);
    return cards.ok(after);
  }

  private ContractPromise promise(Tenant tenant, long contract) {
    if (!promises.isOf(tenant.id(), contract)) {
      throw Rejection.notFound("contract " + contract);
    }
    return new ContractPromise(promises.of(contract).map(ServicePromise::of).orElse(null));
  }
}
