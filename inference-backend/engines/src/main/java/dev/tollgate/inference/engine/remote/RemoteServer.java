package dev.tollgate.inference.engine.remote;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.tollgate.inference.engine.EngineStartException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** The server's address and the way there. */
final class RemoteServer implements AutoCloseable {

  private static final int MOST_ERROR_BYTES = 64 << 10;

  private final RemoteSettings settings;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;

  RemoteServer(RemoteSettings settings) {
    this.settings = settings;
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(settings.connectLimit()).followRedirects(HttpClient.Redirect.NEVER).executor(threads);
    Path trusted = settings.trusted();
    this.client = (trusted == null ? builder : builder.sslContext(trusting(trusted))).build();
  }

  private static SSLContext trusting(Path file) {
    try (InputStream input = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(input)) {
        store.setCertificateEntry("authority" + count++, certificate);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new EngineStartException("trusted_certificates " + file + " cannot be used: " + e.getMessage());
    }
  }

  /** Asks for an answer; the future has the response once its head is there. */
  CompletableFuture<HttpResponse<InputStream>> ask(JsonObject body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(settings.url().resolve(settings.server().path()))
        .header("Content-Type", "application/json").header("Accept", "text/event-stream")
        .POST(HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8));
    return client.sendAsync(authorised(request).build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  /** Whether the server answers at all. */
  boolean answers() throws InterruptedException {
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(settings.url().resolve("models"))
          .timeout(settings.connectLimit());
      return client.send(authorised(request).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode() < 500;
    } catch (IOException _) {
      return false;
    }
  }

  private HttpRequest.Builder authorised(HttpRequest.Builder request) {
    String key = settings.key();
    return key == null ? request : request.header("Authorization", "Bearer " + key);
  }

  /** Why the server would not answer; null if it does. */
  @Nullable
  Rejection rejection(HttpResponse<InputStream> response) throws IOException {
    if (response.statusCode() == 200) {
      return null;
    }
    String said;
    try (InputStream body = response.body()) {
      said = said(new String(body.readNBytes(MOST_ERROR_BYTES), StandardCharsets.UTF_8));
    }
    return new Rejection(settings, response.statusCode(), said);
  }

  private static String said(String body) {
    try {
      return JsonParser.parseString(body) instanceof JsonObject object
          ? ChunkReader.message(object.has("error") ? object.get("error") : object)
          : "no reason given";
    } catch (JsonParseException _) {
      return "no reason given";
    }
  }

  /** Runs something that waits. */
  void run(Runnable task) {
    threads.execute(task);
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
