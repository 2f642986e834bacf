package dev.tollgate.gateway.console.layout;

import java.util.List;

/** What browsers call themselves. Most name others too, for the sake of old sites; the first that fits here is meant. */
final class Agents {

  private static final List<Mark> BROWSERS = List.of(new Mark("Edg", "Edge"), new Mark("OPR/", "Opera"),
      new Mark("Firefox/", "Firefox"), new Mark("FxiOS/", "Firefox"), new Mark("CriOS/", "Chrome"),
      new Mark("Chrome/", "Chrome"), new Mark("Safari/", "Safari"));
  private static final List<Mark> SYSTEMS = List.of(new Mark("Android", "Android"),
      new Mark("iPhone", "iPhone"), new Mark("iPad", "iPad"), new Mark("Windows", "Windows"),
      new Mark("Macintosh", "macOS"), new Mark("CrOS", "ChromeOS"), new Mark("Linux", "Linux"));

  private Agents() {}

  private record Mark(String mark, String name) {}

  /** Empty for one that is not known. */
  static String browser(String agent) {
    return first(BROWSERS, agent);
  }

  /** Empty for one that is not known. */
  static String system(String agent) {
    return first(SYSTEMS, agent);
  }

  private static String first(List<Mark> marks, String agent) {
    return marks.stream().filter(each -> agent.contains(each.mark())).map(Mark::name).findFirst().orElse("");
  }
}
