@NullMarked
package dev.tollgate.gateway.console.provider;

import org.jspecify.annotations.NullMarked;
