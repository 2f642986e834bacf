/** What was used becomes durable, once: group commit of usage, draws and transfers. */
@NullMarked
package dev.tollgate.billing.settlement;

import org.jspecify.annotations.NullMarked;
