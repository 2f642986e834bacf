/** Tokens of the management API, kept and looked up as API keys are. */
@NullMarked
package dev.tollgate.tenants.tokens;

import org.jspecify.annotations.NullMarked;
