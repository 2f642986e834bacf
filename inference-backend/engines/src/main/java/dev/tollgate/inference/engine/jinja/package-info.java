/** Renders the chat templates that models ship with, in Jinja, to the character as their authors' tools do. */
@NullMarked
package dev.tollgate.inference.engine.jinja;

import org.jspecify.annotations.NullMarked;
