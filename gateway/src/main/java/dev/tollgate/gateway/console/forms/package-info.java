/** Forms: a change is one transaction with its audit entry, and sending one twice does it once. */
@NullMarked
package dev.tollgate.gateway.console.forms;

import org.jspecify.annotations.NullMarked;
