/** A person's own settings. */
@NullMarked
package dev.tollgate.gateway.console.account;

import org.jspecify.annotations.NullMarked;
