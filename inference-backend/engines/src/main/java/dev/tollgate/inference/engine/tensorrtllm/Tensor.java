package dev.tollgate.inference.engine.tensorrtllm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bytedeco.tritonserver.global.tritonserver;

/**
 * An input of a request.
 *
 * @param type one of Triton's data types
 * @param shape lengths of its dimensions
 * @param data little-endian, from position 0 to its limit
 */
record Tensor(String name, int type, List<Long> shape, ByteBuffer data) {

  static Tensor ints(String name, List<Long> shape, int... values) {
    ByteBuffer data = buffer(4 * values.length);
    for (int value : values) {
      data.putInt(value);
    }
    return new Tensor(name, tritonserver.TRITONSERVER_TYPE_INT32, shape, data.flip());
  }

  static Tensor real(String name, List<Long> shape, float value) {
    return new Tensor(name, tritonserver.TRITONSERVER_TYPE_FP32, shape, buffer(4).putFloat(value).flip());
  }

  static Tensor unsigned(String name, List<Long> shape, long value) {
    return new Tensor(name, tritonserver.TRITONSERVER_TYPE_UINT64, shape, buffer(8).putLong(value).flip());
  }

  static Tensor flag(String name, List<Long> shape, boolean value) {
    return new Tensor(name, tritonserver.TRITONSERVER_TYPE_BOOL, shape,
        buffer(1).put((byte) (value ? 1 : 0)).flip());
  }

  static Tensor text(String name, List<Long> shape, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    ByteBuffer data = buffer(4 + bytes.length).putInt(bytes.length).put(bytes);
    return new Tensor(name, tritonserver.TRITONSERVER_TYPE_BYTES, shape, data.flip());
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
