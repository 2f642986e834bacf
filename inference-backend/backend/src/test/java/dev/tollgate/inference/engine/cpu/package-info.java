@NullMarked
package dev.tollgate.inference.engine.cpu;

import org.jspecify.annotations.NullMarked;
