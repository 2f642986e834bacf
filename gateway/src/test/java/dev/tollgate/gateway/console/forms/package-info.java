@NullMarked
package dev.tollgate.gateway.console.forms;

import org.jspecify.annotations.NullMarked;
