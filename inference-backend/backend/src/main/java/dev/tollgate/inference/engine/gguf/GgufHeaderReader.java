package dev.tollgate.inference.engine.gguf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a header in file order; the layout is that of the GGUF specification in the ggml project. */
final class GgufHeaderReader {

  private static final int MAGIC = 0x46554747;
  private static final int MOST_KEYS = 1 << 16;
  private static final int MOST_TENSORS = 1 << 16;
  private static final int MOST_KEY_BYTES = (1 << 16) - 1;
  private static final int MOST_STRING_BYTES = 8 << 20;
  private static final int MOST_ARRAY_ENTRIES = 1 << 25;
  private static final int MOST_KEPT_BYTES = 32 << 20;
  private static final int MOST_TENSOR_NAME_BYTES = 63;
  private static final int MOST_DIMENSIONS = 4;
  private static final int TYPE_STRING = 8;
  private static final int TYPE_ARRAY = 9;

  private final GgufInput input;
  private long keptBytes;

  GgufHeaderReader(GgufInput input) {
    this.input = input;
  }

  GgufFile read() throws IOException, GgufException {
    if (input.size() < 24 || input.readInt() != MAGIC) {
      throw new GgufException("it does not begin with \"GGUF\": give the path of a .gguf model file");
    }
    int version = input.readInt();
    if (version != 2 && version != 3) {
      throw new GgufException("GGUF version " + Integer.toUnsignedString(version)
          + " is not supported (2 and 3 are): convert the model again with a current converter");
    }
    int tensorCount = input.readCount("the number of tensors", MOST_TENSORS);
    int keyCount = input.readCount("the number of metadata keys", MOST_KEYS);
    Map<String, Object> metadata = readMetadata(keyCount);
    List<GgufTensor> tensors = readTensors(tensorCount);
    checkData(tensors, alignment(metadata));
    return new GgufFile(metadata, tensors);
  }

  private Map<String, Object> readMetadata(int keyCount) throws IOException, GgufException {
    Map<String, Object> metadata = new HashMap<>();
    for (int i = 0; i < keyCount; i++) {
      String key = kept(input.readString("a metadata key", MOST_KEY_BYTES));
      Object value = readValue(key, input.readInt());
      if (metadata.put(key, value) != null) {
        throw new GgufException("metadata key " + key + " occurs twice: the file is damaged");
      }
    }
    return metadata;
  }

  private Object readValue(String key, int type) throws IOException, GgufException {
    return switch (type) {
      case 0 -> (long) (input.readByte() & 0xff);
      case 1 -> (long) input.readByte();
      case 2 -> (long) (input.readShort() & 0xffff);
      case 3 -> (long) input.readShort();
      case 4 -> Integer.toUnsignedLong(input.readInt());
      case 5 -> (long) input.readInt();
      case 6 -> (double) Float.intBitsToFloat(input.readInt());
      case 7 -> readBoolean(key);
      case TYPE_STRING -> kept(input.readString("metadata key " + key, MOST_STRING_BYTES));
      case TYPE_ARRAY -> readArray(key);
      case 10, 11 -> input.readLong();
      case 12 -> Double.longBitsToDouble(input.readLong());
      default -> throw unknownType(key, type);
    };
  }

  private boolean readBoolean(String key) throws IOException, GgufException {
    int value = input.readByte();
    if (value != 0 && value != 1) {
      throw new GgufException("metadata key " + key + " should be true or false: the file is damaged");
    }
    return value == 1;
  }

  private GgufArray readArray(String key) throws IOException, GgufException {
    int type = input.readInt();
    int length = input.readCount("the length of array " + key, MOST_ARRAY_ENTRIES);
    if (type == TYPE_STRING) {
      for (int i = 0; i < length; i++) {
        input.skip(input.readCount("the length of a string in " + key, MOST_STRING_BYTES));
      }
      return new GgufArray(true, length);
    }
    int bytes = switch (type) {
      case 0, 1, 7 -> 1;
      case 2, 3 -> 2;
      case 4, 5, 6 -> 4;
      case 10, 11, 12 -> 8;
      default -> throw unknownType(key, type);
    };
    input.skip((long) length * bytes);
    return new GgufArray(false, length);
  }

  private static GgufException unknownType(String key, int type) {
    return new GgufException(
        "metadata key " + key + " has the unknown type " + Integer.toUnsignedString(type)
            + ": the file is damaged");
  }

  private String kept(String text) throws GgufException {
    keptBytes += text.length();
    if (keptBytes > MOST_KEPT_BYTES) {
      throw new GgufException("its metadata holds more than " + MOST_KEPT_BYTES + " bytes of text");
    }
    return text;
  }

  private List<GgufTensor> readTensors(int count) throws IOException, GgufException {
    List<GgufTensor> tensors = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      GgufTensor tensor = readTensor();
      if (!names.add(tensor.name())) {
        throw new GgufException("tensor " + tensor.name() + " occurs twice: the file is damaged");
      }
      tensors.add(tensor);
    }
    return tensors;
  }

  private GgufTensor readTensor() throws IOException, GgufException {
    String name = input.readString("a tensor's name", MOST_TENSOR_NAME_BYTES);
    int dimensionCount = input.readInt();
    if (dimensionCount < 1 || dimensionCount > MOST_DIMENSIONS) {
      throw new GgufException("tensor " + name + " has " + Integer.toUnsignedString(dimensionCount)
          + " dimensions, 1 to " + MOST_DIMENSIONS + " are possible: the file is damaged");
    }
    List<Long> dimensions = new ArrayList<>();
    for (int i = 0; i < dimensionCount; i++) {
      dimensions.add(input.readLong());
    }
    int typeId = input.readInt();
    GgmlType type = GgmlType.byId(typeId);
    if (type == null) {
      throw new GgufException("tensor " + name + " has the unknown storage type "
          + Integer.toUnsignedString(typeId)
          + ": it was made for another version of llama.cpp, or is damaged");
    }
    return new GgufTensor(name, List.copyOf(dimensions), input.readLong(), bytes(name, dimensions, type));
  }

  private static long bytes(String name, List<Long> dimensions, GgmlType type) throws GgufException {
    long blocks = 1;
    for (int i = 0; i < dimensions.size(); i++) {
      long size = dimensions.get(i);
      int divisor = i == 0 ? type.blockValues : 1;
      if (size < 1 || size % divisor != 0) {
        throw new GgufException("dimension " + i + " of tensor " + name + " is " + Long.toUnsignedString(size)
            + ", which its storage type cannot have: the file is damaged");
      }
      if (Math.multiplyHigh(blocks, size / divisor) != 0 || blocks * (size / divisor) < 0) {
        throw tooLarge(name);
      }
      blocks *= size / divisor;
    }
    if (blocks > Long.MAX_VALUE / type.blockBytes) {
      throw tooLarge(name);
    }
    return blocks * type.blockBytes;
  }

  private static GgufException tooLarge(String name) {
    return new GgufException("tensor " + name + " is impossibly large: the file is damaged");
  }

  private static long alignment(Map<String, Object> metadata) throws GgufException {
    if (!metadata.containsKey("general.alignment")) {
      return 32;
    }
    if (metadata.get("general.alignment") instanceof Long value && value >= 8 && value <= 1 << 16
        && Long.bitCount(value) == 1) {
      return value;
    }
    throw new GgufException("general.alignment must be a power of two from 8 to 65536: the file is damaged");
  }

  private void checkData(List<GgufTensor> tensors, long alignment) throws GgufException {
    long start = (input.position() + alignment - 1) / alignment * alignment;
    long expected = 0;
    for (GgufTensor tensor : tensors) {
      if (tensor.offset() != expected) {
        throw new GgufException("tensor " + tensor.name() + " lies at offset "
            + Long.toUnsignedString(tensor.offset()) + " where " + expected
            + " was due: the file is damaged");
      }
      if (tensor.bytes() > input.size() - start - expected) {
        throw new GgufException("tensor " + tensor.name() + " goes past the end of the file (" + input.size()
            + " bytes): it is truncated, fetch it again");
      }
      expected += (tensor.bytes() + alignment - 1) / alignment * alignment;
    }
  }
}
