package dev.tollgate.inference.engine;

/** Starts engines of one kind from configuration files; found by {@link java.util.ServiceLoader}. */
public interface EngineProvider {

  /** What a file's {@code engine} says to mean this kind. */
  String engine();

  /**
   * Starts the engine for one model. It can generate when this returns.
   *
   * @throws EngineStartException if it cannot; the message is one line and says what to do
   */
  Engine start(String model, EngineConfiguration configuration, EngineLimits limits);
}
