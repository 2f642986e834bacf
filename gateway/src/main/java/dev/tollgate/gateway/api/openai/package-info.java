/** The OpenAI-compatible API. */
@NullMarked
package dev.tollgate.gateway.api.openai;

import org.jspecify.annotations.NullMarked;
