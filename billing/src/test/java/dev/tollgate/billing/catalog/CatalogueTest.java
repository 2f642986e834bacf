package dev.tollgate.billing.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.catalog.CatalogueModel.Version;
import java.lang.Thread.State;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CatalogueTest {

  private static List<Version> costing(long output) {
    return List.of(new Version(0, 3, 1, output));
  }

  @Test
  void aSlowReaderDoesNotPutBackPricesThatAFasterOneHasReplaced() throws InterruptedException {
    var published = new AtomicReference<>(costing(6));
    var isFirst = new AtomicBoolean(true);
    var hasRead = new CompletableFuture<Void>();
    var mayEnd = new CompletableFuture<Void>();
    Catalogue catalogue = CatalogueModel.reading(() -> {
      List<Version> read = published.get();
      if (isFirst.getAndSet(false)) {
        hasRead.complete(null);
        mayEnd.join();
      }
      return read;
    });
    Thread slow = Thread.ofPlatform().start(catalogue::refresh);
    hasRead.join();
    published.set(costing(7));
    Thread fast = Thread.ofPlatform().start(catalogue::refresh);
    await().until(() -> Set.of(State.BLOCKED, State.TERMINATED).contains(fast.getState()));
    mayEnd.complete(null);
    slow.join();
    fast.join();
    assertThat(catalogue.prices().timeline("USD", "m", "r").at(1)).isNotNull()
        .satisfies(prices -> assertThat(prices.output()).isEqualTo(7));
  }
}
