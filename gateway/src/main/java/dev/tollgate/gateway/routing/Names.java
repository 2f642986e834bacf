package dev.tollgate.gateway.routing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names that stand for several backends, such as a service of containers with replicas: every address that a name has is
 * a backend. One that it has no more gets no new requests, and may end what it has. A name that cannot be resolved keeps
 * what it had, since a name server that is away says nothing about backends.
 */
final class Names {

  /** Of one name; more than that is a mistake in the name server rather than so many GPUs. */
  static final int MOST_ADDRESSES = 256;

  private static final Logger log = LoggerFactory.getLogger(Names.class);

  /** Asks a name server. */
  @FunctionalInterface
  interface Resolver {

    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  /** Who follows the backends that were found. */
  interface Followers {

    /** A backend has come; it may be one that was retired and has not gone yet. */
    void add(String address);

    /** A backend gets no new requests any more. */
    void retire(String address);
  }

  private final List<String> names;
  private final Resolver resolver;
  private final Followers followers;
  private final Map<String, Set<String>> known = new HashMap<>();
  private final Set<String> unresolved = new HashSet<>();
  private final Set<String> tooLarge = new HashSet<>();

  /** @param names {@code name:port} */
  Names(List<String> names, Resolver resolver, Followers followers) {
    this.names = List.copyOf(names);
    this.resolver = resolver;
    this.followers = followers;
  }

  /** Looks all names up once. */
  void look() {
    names.forEach(this::look);
  }

  private void look(String name) {
    Set<String> found;
    try {
      found = resolve(name);
    } catch (UnknownHostException e) {
      if (unresolved.add(name)) {
        log.warn("{} has no address at the moment; its {} backends are kept", name,
            known.getOrDefault(name, Set.of()).size());
      }
      return;
    }
    if (unresolved.remove(name)) {
      log.info("{} has addresses again", name);
    }
    Set<String> before = known.getOrDefault(name, Set.of());
    Set<String> now = bounded(name, found, before);
    known.put(name, now);
    now.stream().filter(address -> !before.contains(address)).forEach(followers::add);
    before.stream().filter(address -> !isKnown(address)).forEach(followers::retire);
  }

  private boolean isKnown(String address) {
    return known.values().stream().anyMatch(addresses -> addresses.contains(address));
  }

  private Set<String> resolve(String name) throws UnknownHostException {
    int colon = name.lastIndexOf(':');
    Set<String> found = new TreeSet<>();
    for (InetAddress address : resolver.addresses(name.substring(0, colon))) {
      String host = address.getHostAddress();
      found.add((host.indexOf(':') >= 0 ? "[" + host + "]" : host) + name.substring(colon));
    }
    if (found.isEmpty()) {
      throw new UnknownHostException(name);
    }
    return found;
  }

  /** Those that work already go before others, so that what there is too much of does not come and go. */
  private Set<String> bounded(String name, Set<String> found, Set<String> before) {
    if (found.size() <= MOST_ADDRESSES) {
      tooLarge.remove(name);
      return found;
    }
    if (tooLarge.add(name)) {
      log.error("{} has {} addresses; {} of them are used", name, found.size(), MOST_ADDRESSES);
    }
    return Stream
        .concat(found.stream().filter(before::contains),
            found.stream().filter(address -> !before.contains(address)))
        .limit(MOST_ADDRESSES).collect(Collectors.toCollection(TreeSet::new));
  }
}
