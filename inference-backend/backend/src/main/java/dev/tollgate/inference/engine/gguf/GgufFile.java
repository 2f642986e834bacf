package dev.tollgate.inference.engine.gguf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The header of a GGUF file (versions 2 and 3) whose counts, lengths, types, offsets and sizes have been checked
 * against each other and against the length of the file.
 */
public final class GgufFile {

  private final Map<String, Object> metadata;
  private final List<GgufTensor> tensors;

  GgufFile(Map<String, Object> metadata, List<GgufTensor> tensors) {
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Reads one file and checks that it is whole.
   *
   * @throws GgufException if the file is not a well-formed GGUF file
   * @throws IOException if it cannot be read at all
   */
  public static GgufFile read(Path path) throws IOException, GgufException {
    if (!Files.isRegularFile(path)) {
      throw new GgufException("there is no file " + path + ": give the path of a .gguf file");
    }
    try (FileChannel channel = FileChannel.open(path)) {
      return new GgufHeaderReader(new GgufInput(channel)).read();
    } catch (GgufException e) {
      throw new GgufException(path + ": " + e.getMessage());
    }
  }

  /**
   * Reads a model and all of its parts, if it is split, and checks that it has what a text model needs.
   *
   * @throws GgufException if the model is not whole, or not one that generates text
   * @throws IOException if a file cannot be read at all
   */
  public static GgufFile readModel(Path path) throws IOException, GgufException {
    GgufFile first = read(path);
    try {
      new GgufModelRules(first).check();
      for (Path part : GgufParts.others(path, first.integer("split.count").orElse(1L))) {
        read(part);
      }
    } catch (GgufException e) {
      throw new GgufException(path + ": " + e.getMessage());
    }
    return first;
  }

  /** The value of a string key, empty if absent or of another type. */
  public Optional<String> string(String key) {
    return metadata.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** The value of an integer key, empty if absent or of another type. */
  public Optional<Long> integer(String key) {
    return metadata.get(key) instanceof Long number ? Optional.of(number) : Optional.empty();
  }

  /** The value of a floating-point key, empty if absent or of another type. */
  public Optional<Double> real(String key) {
    return metadata.get(key) instanceof Double number ? Optional.of(number) : Optional.empty();
  }

  Optional<GgufArray> array(String key) {
    return metadata.get(key) instanceof GgufArray array ? Optional.of(array) : Optional.empty();
  }

  boolean has(String key) {
    return metadata.containsKey(key);
  }

  List<GgufTensor> tensors() {
    return tensors;
  }
}
