@NullMarked
package dev.tollgate.inference.engine.jinja;

import org.jspecify.annotations.NullMarked;
