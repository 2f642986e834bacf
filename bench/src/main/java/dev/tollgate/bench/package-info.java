/** What the benchmark scripts run beside the gateway: a stand-in backend and a client that takes the time. */
@NullMarked
package dev.tollgate.bench;

import org.jspecify.annotations.NullMarked;
