@NullMarked
package dev.tollgate.system;

import org.jspecify.annotations.NullMarked;
