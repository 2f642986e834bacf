/** Frames of bytes that stay on the local disk until they are no longer needed; what they say is for others to know. */
@NullMarked
package dev.tollgate.billing.journal;

import org.jspecify.annotations.NullMarked;
