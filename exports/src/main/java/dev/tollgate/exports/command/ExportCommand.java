package dev.tollgate.exports.command;

import dev.tollgate.exports.Exports;
import dev.tollgate.exports.Format;
import dev.tollgate.tenants.TenantId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.YearMonth;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes a month's archive into a file that is not there yet. */
final class ExportCommand {

  private static final String TO = "--to=";
  private static final String TENANT = "--tenant=";
  private static final String FORMATS = "--formats=";
  static final List<String> OPTIONS = List.of(TO, TENANT, FORMATS);

  private static final String ALL_FORMATS = Stream.of(Format.values()).map(ExportCommand::name)
      .collect(Collectors.joining(","));

  private final Exports exports;
  private final Answers answers;

  ExportCommand(Exports exports, Answers answers) {
    this.exports = exports;
    this.answers = answers;
  }

  /**
   * Exports a month.
   *
   * @param options each of which begins as one of {@link #OPTIONS} does
   */
  int run(YearMonth month, List<String> options) {
    String file = option(options, TO);
    if (file == null || file.isBlank()) {
      return answers.misused("Name the archive: --to=FILE.zip");
    }
    TenantId tenant = null;
    String id = option(options, TENANT);
    if (id != null) {
      try {
        tenant = new TenantId(UUID.fromString(id));
      } catch (IllegalArgumentException e) {
        return answers
            .misused("A tenant is named by its id, such as 019a0000-0000-7000-8000-000000000001, not " + id);
      }
    }
    var formats = EnumSet.noneOf(Format.class);
    for (String name : Objects.requireNonNullElse(option(options, FORMATS), ALL_FORMATS).split(",", -1)) {
      Optional<Format> format = Stream.of(Format.values()).filter(each -> name(each).equals(name))
          .findFirst();
      if (format.isEmpty()) {
        return answers.misused("There is no format " + name + "; there are " + ALL_FORMATS);
      }
      formats.add(format.get());
    }
    return export(month, tenant, formats, Path.of(file));
  }

  private static String name(Format format) {
    return format.name().toLowerCase(Locale.ROOT);
  }

  private int export(YearMonth month, @Nullable TenantId tenant, Set<Format> formats, Path file) {
    OutputStream archive;
    try {
      archive = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      return answers.refused("There is a file " + file + " already", "Name another one");
    } catch (IOException e) {
      return answers.refused("The archive " + file + " cannot be made there",
          "Name a file in a folder that is there");
    }
    try {
      return export(month, tenant, formats, file, archive);
    } catch (IOException e) {
      throw new UncheckedIOException("The archive " + file + " could not be written", e);
    }
  }

  /** Leaves no archive behind that is not whole. */
  private int export(YearMonth month, @Nullable TenantId tenant, Set<Format> formats, Path file,
      OutputStream archive) throws IOException {
    boolean whole = false;
    try (archive) {
      Exports.Outcome outcome = exports.month(month, tenant, formats, archive);
      whole = outcome instanceof Exports.Outcome.Written;
      return switch (outcome) {
        case Exports.Outcome.Written(long files, long drafts) -> written(month, files, drafts, file);
        case Exports.Outcome.Refused(String rule, String instead) -> answers.refused(rule, instead);
      };
    } finally {
      if (!whole) {
        Files.delete(file);
      }
    }
  }

  private int written(YearMonth month, long files, long drafts, Path file) {
    if (drafts > 0) {
      answers
          .warn(drafts + " drafts of " + month + " are not in the archive. Finalise them and export again.");
    }
    return answers.done(files + " files of " + month + " are in " + file);
  }

  private static @Nullable String option(List<String> options, String name) {
    return options.stream().filter(option -> option.startsWith(name))
        .map(option -> option.substring(name.length()))
        .findFirst().orElse(null);
  }
}
