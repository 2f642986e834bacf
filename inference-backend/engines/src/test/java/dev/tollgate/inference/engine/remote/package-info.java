@NullMarked
package dev.tollgate.inference.engine.remote;

import org.jspecify.annotations.NullMarked;
