@NullMarked
package dev.tollgate.gateway.console.figures;

import org.jspecify.annotations.NullMarked;
