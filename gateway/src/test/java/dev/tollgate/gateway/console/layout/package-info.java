@NullMarked
package dev.tollgate.gateway.console.layout;

import org.jspecify.annotations.NullMarked;
