@NullMarked
package dev.tollgate.gateway.console.credentials;

import org.jspecify.annotations.NullMarked;
