package dev.tollgate.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.routing.Names.Followers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Names with several addresses, looked up round by round. */
@ExtendWith(OutputCaptureExtension.class)
class NamesTest {

  private final Map<String, List<String>> nameServer = new HashMap<>();
  private final List<String> heard = new ArrayList<>();
  private final Followers followers = new Followers() {
    @Override
    public void add(String address) {
      heard.add("+" + address);
    }

    @Override
    public void retire(String address) {
      heard.add("-" + address);
    }
  };
  private final Names names = new Names(List.of("gpus:9090", "spare:7000"), this::resolve, followers);

  private InetAddress[] resolve(String host) throws UnknownHostException {
    List<String> addresses = nameServer.get(host);
    if (addresses == null) {
      throw new UnknownHostException(host);
    }
    var found = new InetAddress[addresses.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = InetAddress.ofLiteral(addresses.get(i));
    }
    return found;
  }

  /** What one more round leads to. */
  private List<String> round() {
    heard.clear();
    names.look();
    return List.copyOf(heard);
  }

  @Test
  void anAddressThatAppearsIsABackendAndOneThatIsGoneGetsNoNewRequests() {
    nameServer.put("gpus", List.of("10.0.0.1", "10.0.0.2"));
    nameServer.put("spare", List.of("fd00::1"));
    assertThat(round()).containsExactlyInAnyOrder("+10.0.0.1:9090", "+10.0.0.2:9090",
        "+[fd00:0:0:0:0:0:0:1]:7000");
    assertThat(round()).isEmpty();
    nameServer.put("gpus", List.of("10.0.0.2", "10.0.0.3"));
    assertThat(round()).containsExactlyInAnyOrder("+10.0.0.3:9090", "-10.0.0.1:9090");
    nameServer.put("gpus", List.of("10.0.0.1", "10.0.0.2", "10.0.0.3"));
    assertThat(round()).containsExactly("+10.0.0.1:9090");
  }

  @Test
  void aNameThatCannotBeResolvedKeepsItsBackendsAndIsToldOfOnce(CapturedOutput output) {
    nameServer.put("gpus", List.of("10.0.0.1"));
    nameServer.put("spare", List.of("10.0.1.1"));
    assertThat(round()).hasSize(2);
    nameServer.remove("gpus");
    nameServer.put("spare", List.of());
    for (int i = 0; i < 5; i++) {
      assertThat(round()).isEmpty();
    }
    assertThat(output.getAll().lines().filter(line -> line.contains("has no address"))).hasSize(2)
        .allMatch(line -> line.contains("its 1 backends are kept"));
    nameServer.put("gpus", List.of("10.0.0.2"));
    assertThat(round()).containsExactlyInAnyOrder("+10.0.0.2:9090", "-10.0.0.1:9090");
    nameServer.remove("gpus");
    assertThat(round()).isEmpty();
    assertThat(output.getAll().lines().filter(line -> line.contains("gpus:9090 has no address"))).hasSize(2);
  }

  @Test
  void aNameWithMoreAddressesThanThereCanBeBackendsKeepsThoseItHas(CapturedOutput output) {
    nameServer.put("gpus", List.of("10.9.9.9"));
    nameServer.put("spare", List.of("10.0.1.1"));
    assertThat(round()).hasSize(2);
    nameServer.put("gpus", Stream.concat(Stream.of("10.9.9.9"),
        IntStream.range(0, 2000).mapToObj(i -> "10.0." + i / 250 + "." + i % 250)).toList());
    List<String> first = round();
    assertThat(first).hasSize(Names.MOST_ADDRESSES - 1).allMatch(change -> change.startsWith("+"));
    assertThat(round()).isEmpty();
    assertThat(output.getAll().lines().filter(line -> line.contains("gpus:9090 has 2001 addresses")))
        .hasSize(1);
  }
}
