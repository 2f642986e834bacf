package dev.tollgate.gateway.embedded;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * What {@code tollgate.embedded.*} says.
 *
 * @param enabled false switches all of it off; else each part gives way to its setting: the database to
 *     {@code spring.datasource.url}, the backend to {@code tollgate.backend.addresses}
 * @param dataDir where all data are kept; removing it begins anew
 * @param postgresPort on the loopback interface; 0 takes a free one at each start
 * @param postgresBinaries where the PostgreSQL programs are or are unpacked to; unset means inside the data folder
 * @param backendDist the built inference backend: {@code lib/} with its jars, {@code native/} with its libraries
 * @param model the model file, in GGUF
 * @param modelName under which developers ask for it
 * @param backendHeap the backend's Java heap; the model is not in it
 * @param backendOptions more options for the backend's JVM
 * @param parallel sequences generated side by side
 * @param demoBalance whole US dollars that the demo tenant begins with
 * @param rehearse true asks one question of every kind after the start and ends: the build makes its start-up caches so
 */
record EmbeddedProperties(@DefaultValue("true") boolean enabled, @DefaultValue("data") Path dataDir,
    @DefaultValue("0") int postgresPort, @Nullable Path postgresBinaries,
    @DefaultValue("inference-backend/backend/target/dist") Path backendDist,
    @DefaultValue("inference-backend/demo-model/tollgate-demo-q8_0.gguf") Path model,
    @DefaultValue("tollgate-demo") String modelName, @DefaultValue("96m") String backendHeap,
    @DefaultValue List<String> backendOptions, @DefaultValue("8") int parallel,
    @DefaultValue("5") int demoBalance,
    @DefaultValue("false") boolean rehearse) {

  /** Where the PostgreSQL programs are, for data in that folder. */
  Path binariesFor(DataFolder folder) {
    return postgresBinaries == null
        ? folder.resolve("postgres-programs-" + PostgresBinaries.MAJOR_VERSION)
        : postgresBinaries.toAbsolutePath().normalize();
  }

  static EmbeddedProperties of(Environment environment) {
    return Binder.get(environment).bindOrCreate("tollgate.embedded", EmbeddedProperties.class);
  }
}
