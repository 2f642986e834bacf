package dev.tollgate.gateway.embedded;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * Says how to use what was started, once it answers: the only place that prints secrets, and each data folder's first start
 * the only time.
 */
final class Welcome implements ApplicationListener<ApplicationReadyEvent> {

  private static final Logger log = LoggerFactory.getLogger(Welcome.class);
  private static final String KEY_SHOWN = "demo-key-shown";
  private static final String TOKEN_SHOWN = "operator-token-shown";
  private static final String LINK_SHOWN = "sign-in-link-shown";
  private static final Duration BACKEND = Duration.ofSeconds(30);

  private final DataFolder folder;
  private final DemoTenant demo;
  private final DemoFunding funding;
  private final OperatorAccess operator;
  private final Supplier<String> link;
  private final BackendReadiness backend;
  private final String model;
  private final PrintStream out;

  /** Waits until a backend is well; false if none was within the time. */
  interface BackendReadiness {
    boolean awaitUp(long timeoutMillis) throws InterruptedException;
  }

  Welcome(DataFolder folder, DemoTenant demo, DemoFunding funding, OperatorAccess operator,
      Supplier<String> link, BackendReadiness backend, String model, PrintStream out) {
    this.folder = folder;
    this.demo = demo;
    this.funding = funding;
    this.operator = operator;
    this.link = link;
    this.backend = backend;
    this.model = model;
    this.out = out;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    funding.give(demo.establish());
    String port = event.getApplicationContext().getEnvironment().getProperty("local.server.port");
    if (port != null) {
      Thread.ofVirtual().name("welcome").start(() -> greet("http://127.0.0.1:" + port));
    }
  }

  void greet(String address) {
    try {
      boolean up = backend.awaitUp(BACKEND.toMillis());
      show(address, up);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("The demo tenant's key could not be made", e);
    }
  }

  /** The marks come after the print: killed in between, the next start shows other secrets rather than none. */
  private void show(String address, boolean backendUp) {
    boolean keyShown = folder.has(KEY_SHOWN);
    boolean tokenShown = folder.has(TOKEN_SHOWN);
    boolean linkShown = folder.has(LINK_SHOWN);
    String key = keyShown ? "$TOLLGATE_KEY" : demo.issueKey();
    String keyLine = keyShown ? "shown at the first start; ./tollgate key makes another"
        : key + "  (shown this once; ./tollgate key makes another)";
    String tokenLine = tokenShown ? "shown at the first start; ./tollgate operator-token makes another"
        : operator.issueToken() + "  (shown this once; ./tollgate operator-token makes another)";
    // By name and not by number: passkeys are made for names.
    String local = address.replace("127.0.0.1", "localhost");
    String signInLine = linkShown ? local + "  (./tollgate sign-in makes a link)"
        : local + link.get() + "  (signs you in once)";
    out.println(text(address, backendUp, keyLine, tokenLine, signInLine, key));
    if (!keyShown) {
      folder.mark(KEY_SHOWN);
    }
    if (!tokenShown) {
      folder.mark(TOKEN_SHOWN);
    }
    if (!linkShown) {
      folder.mark(LINK_SHOWN);
    }
    out.flush();
  }

  private String text(String address, boolean backendUp, String keyLine, String tokenLine,
      String signInLine, String key) {
    return """

          Tollgate %s %s

            model   %s
            key     %s
            console %s
            admin   %s
            manage  %s/api/v1/docs
            data    %s
            stop    Ctrl-C

        curl %s/v1/chat/completions \\
          -H "Authorization: Bearer %s" \\
          -H "Content-Type: application/json" \\
          -d '{"model": "%s", "messages": [{"role": "user", "content": "Say hello."}]}'
        """.formatted(backendUp ? "answers at" : "has no backend yet (see above); it listens at", address,
        model,
        keyLine, signInLine, tokenLine, address, folder.path(), address, key, model);
  }
}
