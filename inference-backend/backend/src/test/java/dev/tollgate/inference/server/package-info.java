@NullMarked
package dev.tollgate.inference.server;

import org.jspecify.annotations.NullMarked;
