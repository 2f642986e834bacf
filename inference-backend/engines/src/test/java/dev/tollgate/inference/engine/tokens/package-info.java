@NullMarked
package dev.tollgate.inference.engine.tokens;

import org.jspecify.annotations.NullMarked;
