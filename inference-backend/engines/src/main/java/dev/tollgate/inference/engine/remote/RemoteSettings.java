package dev.tollgate.inference.engine.remote;

import com.google.gson.JsonObject;
import dev.tollgate.inference.engine.EngineConfiguration;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a remote server is and how it is spoken to.
 *
 * @param url base address, with {@code /v1} where the server has it
 * @param model its name there
 * @param key sent as bearer token, null for none
 * @param trusted PEM file of the authorities that may vouch for the server, null for Java's own
 * @param tokenizer folder of the model's tokenizer files
 * @param templateVariables what the operator sets for the chat template
 * @param extra fields put into every request as they are
 * @param contextLength tokens of prompt and answer; 0 takes what the model's files say
 * @param sendsPriority whether the server schedules by priority; servers that do not refuse requests that have one
 * @param connectLimit longest wait for a connection
 * @param firstTokenLimit longest wait for the first token
 * @param tokenLimit longest wait for each further one
 * @param resumeLimit longest that an answer which another backend began is generated anew
 */
record RemoteSettings(URI url, ServerKind server, String model, @Nullable String key, @Nullable Path trusted,
    Path tokenizer, JsonObject templateVariables, JsonObject extra, int contextLength, long parameters,
    int parallel,
    int runAhead, boolean sendsPriority, Duration connectLimit, Duration firstTokenLimit,
    Duration tokenLimit, Duration resumeLimit) {

  private static final int MOST_PARALLEL = 4096;

  static RemoteSettings read(EngineConfiguration from) {
    from.text("engine");
    RemoteSettings settings = new RemoteSettings(url(from), from.choice("server", ServerKind.VLLM),
        from.text("model"),
        from.secret("key_variable"),
        from.has("trusted_certificates") ? from.path("trusted_certificates") : null,
        from.path("tokenizer"), from.object("template_variables"), from.object("extra"),
        from.number("context_length", 0, 0, 1 << 24),
        1_000_000L * from.number("million_parameters", 0, 0, Integer.MAX_VALUE),
        from.number("parallel", 64, 1, MOST_PARALLEL), from.number("run_ahead", 64, 0, 65_536),
        from.flag("priority", false), from.duration("connect_limit", Duration.ofSeconds(5)),
        from.duration("first_token_limit", Duration.ofSeconds(60)),
        from.duration("token_limit", Duration.ofSeconds(30)),
        from.duration("resume_limit", Duration.ofSeconds(15)));
    boolean sharedCache = from.flag("cache_shared_between_tenants", false);
    boolean plain = from.flag("key_over_plain_http", false);
    from.end();
    if (!settings.server.takesSalt() && !sharedCache) {
      throw from.wrong("server",
          "cannot keep the prompt caches of tenants apart: one could find out by the time that an"
              + " answer takes what another asked. Set cache_shared_between_tenants to true if that may be");
    }
    if (settings.key != null && !settings.url.getScheme().equals("https") && !plain) {
      throw from.wrong("url",
          "would carry the key unencrypted: use https, or set key_over_plain_http to true on a"
              + " network of your own");
    }
    return settings;
  }

  private static URI url(EngineConfiguration from) {
    try {
      String text = from.text("url");
      URI url = URI.create(text.endsWith("/") ? text : text + "/");
      if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
        return url;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw from.wrong("url", "must be an address like http://host:8000/v1");
  }
}
