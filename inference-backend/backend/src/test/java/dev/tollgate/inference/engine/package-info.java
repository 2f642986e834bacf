@NullMarked
package dev.tollgate.inference.engine;

import org.jspecify.annotations.NullMarked;
