package dev.tollgate.gateway.console.operator;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.forms.Field;
import dev.tollgate.gateway.console.forms.Field.Kind;
import dev.tollgate.gateway.console.forms.Form;
import dev.tollgate.gateway.console.forms.FormPage;
import dev.tollgate.gateway.console.forms.PageChange;
import dev.tollgate.gateway.routing.Backend;
import dev.tollgate.gateway.routing.BackendFailedException;
import dev.tollgate.gateway.routing.Backends;
import dev.tollgate.inference.protocol.Statistics;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The backends as this instance sees them, now. */
@PageController
class BackendPages {

  private static final Logger log = LoggerFactory.getLogger(BackendPages.class);

  private static final int MOST_SECONDS = 3_600;

  private final Backends backends;

  BackendPages(Backends backends) {
    this.backends = backends;
  }

  /** One backend in words and numbers. */
  public record Shown(String address, boolean up, boolean draining, List<Load> loads) {}

  /**
   * What one model of a backend is doing.
   *
   * @param batchThousandths output tokens of a step of the engine, on average since it started: how many answers it wrote at
   *     once
   * @param cacheHitsPermille prompt tokens that were found in the cache, of a thousand
   * @param cacheUsedPermille of the cache's room, of a thousand
   * @param trouble why it cannot generate right now, in the backend's words; empty if it can
   */
  public record Load(String model, long running, long waiting, long slots, long outstandingTokens,
      long batchThousandths, long outputTokens, long cacheHitsPermille, long cacheUsedPermille,
      String trouble) {

    static Load of(Statistics statistics) {
      return new Load(statistics.getModel(), statistics.getRunning(), statistics.getWaiting(),
          statistics.getSlots(), statistics.getOutstandingTokens(),
          part(statistics.getOutputTokens(), statistics.getDecodeSteps()), statistics.getOutputTokens(),
          part(statistics.getCachedPromptTokens(), statistics.getPromptTokens()),
          part(statistics.getKvTokensUsed(), statistics.getKvTokensTotal()), statistics.getTrouble());
    }

    private static long part(long part, long whole) {
      return whole == 0 ? 0 : part * 1_000 / whole;
    }
  }

  @GetMapping("/console/backends")
  String list(HttpServletRequest request, Model model) {
    model.addAttribute("backends", backends.all().stream().map(BackendPages::shown).toList());
    return request.getHeader("HX-Request") == null ? "console/backends" : "console/backends :: live";
  }

  @GetMapping("/console/backends/drain")
  String drain(@RequestParam String address, Model model) {
    model.addAttribute("form", drainPage(found(address)).empty());
    return Form.VIEW;
  }

  /** The backend itself takes no more work, whichever instance sends it. */
  @PostMapping("/console/backends/drain")
  String drain(@RequestParam String address, HttpServletRequest request, PageChange change) {
    Backend backend = found(address);
    Form form = Form.read(drainPage(backend), request);
    Long seconds = form.number("deadline_seconds");
    if (seconds != null && seconds > MOST_SECONDS) {
      form.refuse("deadline_seconds", "must be at most " + MOST_SECONDS);
    }
    form.check();
    long wait = Objects.requireNonNullElse(seconds, 0L);
    try {
      backend.drain(Duration.ofSeconds(wait));
    } catch (BackendFailedException e) {
      log.info("The backend was not drained: {}", e.getMessage());
      throw form.rejected("", "must be a backend that answers");
    }
    change.record("backend.drain", address, null, Map.of("deadlineSeconds", wait));
    return "redirect:/console/backends?done=saved";
  }

  private static FormPage drainPage(Backend backend) {
    return new FormPage("drain", "/console/backends/drain?address=" + backend.address(), "/console/backends",
        backend.address(), Field.optional("deadline_seconds", Kind.NUMBER)).taking();
  }

  private static Shown shown(Backend backend) {
    List<Statistics> statistics = backend.statistics();
    return new Shown(backend.address(), backend.isUp(),
        statistics.stream().anyMatch(Statistics::getDraining), statistics.stream().map(Load::of).toList());
  }

  private Backend found(String address) {
    return backends.all().stream().filter(backend -> backend.address().equals(address)).findFirst()
        .orElseThrow(PageException.NotFound::new);
  }
}
