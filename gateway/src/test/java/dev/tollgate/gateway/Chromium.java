package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Chromium of this machine. Pages that it opens may report nothing: no broken rule, no script that failed. */
final class Chromium implements AutoCloseable {

  private static final List<Path> PLACES = List.of(Path.of("/usr/bin/chromium"),
      Path.of("/usr/bin/chromium-browser"), Path.of("/usr/bin/google-chrome"));

  private final Playwright playwright;
  private final Browser browser;
  private final List<String> reports = new ArrayList<>();

  Chromium() {
    Path program = PLACES.stream().filter(Files::isExecutable).findFirst().orElseThrow(
        () -> new IllegalStateException(
            "The pages are tested in Chromium: install it (apt-get install chromium) and run the tests again"));
    playwright = Playwright
        .create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser = playwright.chromium()
        .launch(new BrowserType.LaunchOptions().setExecutablePath(program).setArgs(List.of("--no-sandbox",
            "--disable-gpu", "--disable-background-networking", "--disable-component-update",
            "--disable-sync")));
  }

  BrowserContext context(String base, int width) {
    BrowserContext context = browser
        .newContext(new Browser.NewContextOptions().setBaseURL(base).setLocale("en-US")
            .setViewportSize(width, 900).setColorScheme(ColorScheme.LIGHT)
            .setReducedMotion(ReducedMotion.REDUCE));
    context.setDefaultTimeout(45_000);
    return context;
  }

  Page open(BrowserContext context) {
    Page page = context.newPage();
    page.onConsoleMessage(message -> {
      // That a form is shown again with 422, and a page that is not there with 404, is what the tests ask for.
      if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
        reports.add(page.url() + ": " + message.text());
      }
    });
    page.onPageError(error -> reports.add(page.url() + ": " + error));
    page.onRequest(request -> {
      if (!request.url().startsWith("http://localhost:") && !request.url().startsWith("data:")) {
        reports.add(page.url() + " asked for " + request.url());
      }
    });
    return page;
  }

  void assertNothingReported() {
    assertThat(reports).isEmpty();
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
