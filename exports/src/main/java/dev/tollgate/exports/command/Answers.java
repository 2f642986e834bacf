package dev.tollgate.exports.command;

import java.io.PrintStream;

/** What a command says, and the exit status that goes with it. */
final class Answers {

  static final int DONE = 0;
  static final int REFUSED = 1;
  static final int MISUSED = 2;

  private final PrintStream out;
  private final PrintStream warnings;

  Answers(PrintStream out, PrintStream warnings) {
    this.out = out;
    this.warnings = warnings;
  }

  /** Says what must not be missed where only the exit status is looked at. */
  void warn(String what) {
    warnings.println(what);
  }

  void say(String what) {
    out.println(what);
  }

  int done(String what) {
    say(what);
    return DONE;
  }

  int refused(String rule, String instead) {
    say(rule + ". " + instead + ".");
    return REFUSED;
  }

  int misused(String what) {
    say(what);
    return MISUSED;
  }
}
