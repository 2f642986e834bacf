package dev.tollgate.gateway.generation;

import dev.tollgate.inference.protocol.GenerateEvent;

/** Something that happened to an answer; its sequences are numbered from 0 in order of opening. */
public sealed interface Event {

  record Received(int sequence, GenerateEvent event) implements Event {}

  /** The last event of a sequence that did not finish. */
  record Failed(int sequence, Failure failure) implements Event {}

  /** Nothing happened for a while, or something did not happen: time to look at the client and the clock. */
  record Tick() implements Event {}
}
