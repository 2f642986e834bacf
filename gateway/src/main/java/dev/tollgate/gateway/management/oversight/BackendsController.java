package dev.tollgate.gateway.management.oversight;

import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.routing.Backend;
import dev.tollgate.gateway.routing.BackendFailedException;
import dev.tollgate.gateway.routing.Backends;
import dev.tollgate.inference.protocol.Statistics;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** The backends as this instance sees them, now. */
@ManagementController
class BackendsController {

  private static final int MOST_SECONDS = 3_600;

  private final Backends backends;
  private final Cards cards;

  BackendsController(Backends backends, Cards cards) {
    this.backends = backends;
    this.cards = cards;
  }

  /** After {@code deadlineSeconds} what still runs goes on elsewhere; 0 waits as long as it takes. */
  record Drain(int deadlineSeconds) {}

  record BackendCard(String address, boolean up, boolean draining, List<ModelLoad> models) {

    static BackendCard of(Backend backend) {
      List<Statistics> statistics = backend.statistics();
      return new BackendCard(backend.address(), backend.isUp(),
          statistics.stream().anyMatch(Statistics::getDraining),
          statistics.stream().map(ModelLoad::of).toList());
    }
  }

  /**
   * What one model of a backend is doing. Tokens of prompts and of the cache are counted since it started.
   *
   * @param trouble why it cannot generate right now and what helps, in the backend's words
   */
  record ModelLoad(String model, int running, int waiting, int slots, long outstandingTokens,
      long outputTokens, long promptTokens, long cachedPromptTokens, long cacheTokensUsed,
      long cacheTokensInAll, @Nullable String trouble) {

    static ModelLoad of(Statistics statistics) {
      return new ModelLoad(statistics.getModel(), statistics.getRunning(), statistics.getWaiting(),
          statistics.getSlots(), statistics.getOutstandingTokens(), statistics.getOutputTokens(),
          statistics.getPromptTokens(), statistics.getCachedPromptTokens(), statistics.getKvTokensUsed(),
          statistics.getKvTokensTotal(),
          statistics.getTrouble().isEmpty() ? null : statistics.getTrouble());
    }
  }

  /** By address. */
  @GetMapping("/backends")
  Page<BackendCard> list(PageRequest page) {
    return page.sorted(backends.all(), BackendCard::of, Backend::address);
  }

  @GetMapping("/backends/{address}")
  ResponseEntity<BackendCard> read(@PathVariable String address) {
    return cards.ok(BackendCard.of(found(address)));
  }

  /** The backend itself takes no more work, whichever instance sends it. At once and without a condition. */
  @PostMapping("/backends/{address}/drain")
  ResponseEntity<BackendCard> drain(@PathVariable String address, @Body Drain wanted, Change change) {
    Backend backend = found(address);
    if (wanted.deadlineSeconds() < 0 || wanted.deadlineSeconds() > MOST_SECONDS) {
      throw Rejection.invalid("/deadlineSeconds", "must be between 0 and " + MOST_SECONDS);
    }
    BackendCard before = BackendCard.of(backend);
    try {
      backend.drain(Duration.ofSeconds(wanted.deadlineSeconds()));
    } catch (BackendFailedException e) {
      throw Rejection.conflict("", "must be a backend that answers");
    }
    BackendCard after = BackendCard.of(backend);
    change.record("backend.drain", address, before, wanted);
    return ResponseEntity.ok(after);
  }

  private Backend found(String address) {
    return backends.all().stream().filter(backend -> backend.address().equals(address)).findFirst()
        .orElseThrow(() -> Rejection.notFound("backend " + address));
  }
}
