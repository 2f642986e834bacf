package dev.tollgate.gateway.pipeline;

/** How an answer left its event loop. */
sealed interface Exit {

  record Complete() implements Exit {}

  record ClientGone() implements Exit {}

  /** The client read so slowly that the backend gave the sequence up; what it had by then is its to pay. */
  record ClientStalled() implements Exit {}

  /** This gateway stops; what was received by then is billed. */
  record Stopped() implements Exit {}

  /** The backend, once it was to answer, found the request wrong; nothing is billed, and nobody has failed. */
  record Refused(Refusal refusal) implements Exit {}

  /** Nobody could go on with it; nothing is billed. */
  record Broken(Refusal refusal) implements Exit {}
}
