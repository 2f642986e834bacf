package dev.tollgate.gateway.generation;

import dev.tollgate.inference.protocol.GenerateEvent;

/** Something that happened to one sequence of an answer, numbered from 0 in order of opening. */
public sealed interface Event {

  int sequence();

  record Received(int sequence, GenerateEvent event) implements Event {}

  /** The last event of a sequence that did not finish. */
  record Failed(int sequence, Failure failure) implements Event {}
}
