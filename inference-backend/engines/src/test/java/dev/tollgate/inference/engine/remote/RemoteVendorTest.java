package dev.tollgate.inference.engine.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.tollgate.inference.engine.Answer;
import dev.tollgate.inference.engine.Ask;
import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.FinishReason;
import dev.tollgate.inference.engine.Grant;
import dev.tollgate.inference.engine.Prompt;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.engine.Sequence;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A vendor's API, over TLS: conversations go out, tokens come back as log probabilities. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoteVendorTest {

  private static final String FRANCE = "What is the capital of France?";

  private final Path folder = Files.createDirectories(Path.of("target", "remote-vendor"));
  private final Engine demo = DemoModel.start();
  private final OpenAiServer server = new OpenAiServer(demo, https());
  private final Engine engine = vendor().with("trusted_certificates", "it.pem").start(8,
      Map.of("VENDOR_KEY", "secret"));

  RemoteVendorTest() throws Exception {}

  private HttpsServer https() throws Exception {
    Path store = folder.resolve("store.p12");
    Files.deleteIfExists(store);
    keytool("-genkeypair", "-alias", "it", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
        "san=ip:127.0.0.1",
        "-keystore", store.toString(), "-storepass", "password");
    keytool("-exportcert", "-rfc", "-alias", "it", "-keystore", store.toString(), "-storepass", "password",
        "-file",
        folder.resolve("it.pem").toString());
    HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    https.setHttpsConfigurator(new HttpsConfigurator(context(store)));
    return https;
  }

  private Remote vendor() {
    return new Remote(folder, server.port()).with("url", "https://127.0.0.1:" + server.port() + "/v1")
        .with("server", "openai").with("cache_shared_between_tenants", true)
        .with("key_variable", "VENDOR_KEY")
        .with("run_ahead", 3);
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private static SSLContext context(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(file)) {
      store.load(input, "password".toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "password".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  @AfterAll
  void stop() {
    engine.close();
    server.close();
    demo.close();
  }

  @Test
  void countsTheTokensThatTheVendorLists() throws Exception {
    Answer answer = Ask.user(FRANCE).of(engine);
    assertThat(answer.finished().reason()).isEqualTo(FinishReason.STOP);
    assertThat(answer.text()).isEqualTo("The capital of France is Paris.");
    assertThat(answer.finished().promptTokens()).isEqualTo(10);
    assertThat(answer.finished().outputTokens()).isEqualTo(answer.ids().size()).isEqualTo(7);
  }

  @Test
  void handsOnOnlyWhatIsGrantedAndReadsOnWhenMoreIs() throws Exception {
    Answer answer = new Answer();
    Sequence sequence = engine.submit(Ask.user("Tell me a story about a cat.").grant(3, false).request(),
        answer);
    await().until(() -> answer.ids().size() == 3 && engine.statistics().paused() == 1);
    sequence.grant(new Grant(20, true));
    assertThat(answer.finished().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(answer.ids()).hasSize(20);
    assertThat(server.requests()).filteredOn(request -> request.toString().contains("story")).hasSize(1);
  }

  /** A vendor takes no tokens, so what another backend began is asked for again, and only what follows is sent. */
  @Test
  void goesOnWithAnAnswerByHavingItWrittenAgain() throws Exception {
    Answer whole = Ask.user(FRANCE).of(engine);
    whole.finished();
    Answer rest = Ask.user(FRANCE).resumed(whole.ids().subList(0, 4)).of(engine);
    assertThat(rest.finished().outputTokens()).isEqualTo(7);
    assertThat(rest.ids()).isEqualTo(whole.ids().subList(4, 7));
    assertThat(whole.text()).endsWith(rest.text());
    assertThat(Ask.user(FRANCE).resumed(List.of(300, 301)).of(engine).notResumed())
        .contains("differs from the one that was begun, after 0 of 2 tokens");
  }

  /** Where the caller gave no seed the gateway's stands in, so that a drawn answer comes out the same a second time. */
  @Test
  void goesOnWithADrawnAnswerFromTheSeedThatStandsInForTheCallers() throws Exception {
    Ask drawn = Ask.user("Tell me a story about a dragon.").temperature(1.5f).spareSeed(4711).most(30);
    Answer whole = drawn.of(engine);
    whole.finished();
    Answer rest = drawn.resumed(whole.ids().subList(0, 9)).of(engine);
    assertThat(rest.finished().outputTokens()).isEqualTo(whole.ids().size());
    assertThat(rest.ids()).isEqualTo(whole.ids().subList(9, whole.ids().size()));
    assertThat(drawn.spareSeed(4712).resumed(whole.ids().subList(0, 20)).of(engine).notResumed())
        .contains("differs");
    assertThat(server.requests()).filteredOn(request -> request.toString().contains("dragon"))
        .extracting(request -> request.get("seed").getAsLong()).containsExactly(4711L, 4711L, 4712L);
  }

  @Test
  void refusesWhatTheVendorHasNoWordsFor() {
    Map<String, Ask> refused = Map.of("no top_k", Ask.user("x").topK(5), "no repetition_penalty",
        Ask.user("x").penalties(0, 0, 1.5f), "run on past its end", Ask.user("x").withoutEnd(),
        "conversations only",
        Ask.prompt(new Prompt.Text("x")), "no tools here",
        Ask.prompt(new Prompt.Chat(List.of(new Prompt.Message("user", "x", "")), "[{}]")));
    refused.forEach((reason, ask) -> assertThatThrownBy(() -> ask.of(engine)).as(reason)
        .isInstanceOf(RequestRefusedException.class).hasMessageContaining(reason));
  }

  @Test
  void doesNotTalkToAServerThatNobodyVouchesFor() {
    assertThatThrownBy(() -> vendor().start(8, Map.of("VENDOR_KEY", "secret")))
        .isInstanceOf(EngineStartException.class)
        .hasMessageContaining("cannot be reached").hasMessageContaining("certificat");
  }
}
