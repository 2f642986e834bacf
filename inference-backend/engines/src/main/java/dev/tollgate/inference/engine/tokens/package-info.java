/** Turns prompts into token ids and ids into text with the files that a model ships with: the same for every server. */
@NullMarked
package dev.tollgate.inference.engine.tokens;

import org.jspecify.annotations.NullMarked;
