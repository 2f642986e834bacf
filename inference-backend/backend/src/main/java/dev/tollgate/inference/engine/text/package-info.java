/** How the text of an answer comes about from its tokens, whatever engine sampled them. */
@NullMarked
package dev.tollgate.inference.engine.text;

import org.jspecify.annotations.NullMarked;
