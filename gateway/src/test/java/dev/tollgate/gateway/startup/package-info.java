@NullMarked
package dev.tollgate.gateway.startup;

import org.jspecify.annotations.NullMarked;
