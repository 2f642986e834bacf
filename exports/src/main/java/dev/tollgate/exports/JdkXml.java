package dev.tollgate.exports;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.concurrent.Callable;

/**
 * Has XML parsed and written by the JDK's own classes while something is done. The libraries that write PDF ask for an
 * implementation several times per document, and each time every jar is searched for one: a third of a document's time.
 */
public final class JdkXml extends ClassLoader {

  private static final String PROVIDERS = "META-INF/services/javax.xml.";

  static {
    registerAsParallelCapable();
  }

  private JdkXml(ClassLoader parent) {
    super("jdk-xml", parent);
  }

  /** Does something on this thread, whose context class loader knows no other XML implementations meanwhile. */
  public static <T> T during(Callable<T> something) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(Holder.LOADER);
    try {
      return something.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return name.startsWith(PROVIDERS) ? Collections.emptyEnumeration() : super.getResources(name);
  }

  /** One for all: other libraries keep what they found by it. */
  private static final class Holder {

    static final ClassLoader LOADER = new JdkXml(JdkXml.class.getClassLoader());
  }
}
