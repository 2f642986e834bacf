package dev.tollgate.gateway.management.wire;

/**
 * A time of day in UTC to the minute, written {@code 22:30}; {@code 24:00} is the end of the day.
 *
 * @param minute of the day, 0 to 1440
 */
public record TimeOfDay(int minute) {

  private static final int MINUTES = 60;

  public static String written(int minute) {
    return "%02d:%02d".formatted(minute / MINUTES, minute % MINUTES);
  }
}
