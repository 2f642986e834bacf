package dev.tollgate.exports.bundle;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A ZIP archive that is written file by file, and ends with an index of them. The same files make the same archive. */
final class Archive {

  private final ZipOutputStream zip;
  private final List<Entry> index = new ArrayList<>();

  /** A file's name, size and checksum, and which month it is for. */
  private record Entry(String facts, String month) {}

  Archive(OutputStream out) {
    zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
  }

  /** @param month that it is for */
  void file(String name, YearMonth month, byte[] bytes) {
    entry(name, month.toString(), out -> {
      try {
        out.write(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  /** @param month that it is for */
  void text(String name, YearMonth month, Consumer<Writer> content) {
    text(name, month.toString(), content);
  }

  private void text(String name, String month, Consumer<Writer> content) {
    entry(name, month, out -> {
      try {
        var writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        content.accept(writer);
        writer.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  /**
   * Writes the index and the archive's end; the stream beneath stays open. How many files there are before it.
   *
   * @param drafts that are not in the archive; whoever takes up any of its files finds that beside it
   * @param note that says so, without commas and quotes
   */
  long finish(long drafts, String note) {
    long files = index.size();
    String lacking = "," + drafts + "," + note + ",";
    text("index.csv", "", out -> {
      try {
        out.write("name,bytes,sha256,drafts_left_out,note,month\r\n");
        for (Entry file : index) {
          out.write(file.facts() + lacking + file.month() + "\r\n");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    try {
      zip.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private void entry(String name, String month, Consumer<OutputStream> content) {
    try {
      var entry = new ZipEntry(name);
      entry.setTime(0);
      zip.putNextEntry(entry);
      var counting = new Counting(zip);
      content.accept(counting);
      counting.flush();
      zip.closeEntry();
      index.add(new Entry(
          name + "," + counting.count + "," + HexFormat.of().formatHex(counting.digest.digest()), month));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Counts and digests what goes through. */
  private static final class Counting extends FilterOutputStream {

    private final MessageDigest digest = sha256();
    private long count;

    Counting(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) throws IOException {
      out.write(one);
      digest.update((byte) one);
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      digest.update(bytes, from, length);
      count += length;
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
