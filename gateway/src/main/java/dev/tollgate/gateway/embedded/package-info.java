/**
 * The one-command default: a PostgreSQL server and an inference backend as child processes, and a demo tenant.
 *
 * <p>{@link dev.tollgate.gateway.embedded.EmbeddedInitializer} decides what is wanted before the first bean exists, and
 * starts both children at once, so that they come up while the application context does. The data source waits for
 * {@link dev.tollgate.gateway.embedded.EmbeddedPostgres}; nothing waits for
 * {@link dev.tollgate.gateway.embedded.BackendProcess}. Every child runs under a
 * {@link dev.tollgate.gateway.embedded.WatchedProcess}, which outlives neither its child nor the gateway. When all is
 * up, {@link dev.tollgate.gateway.embedded.Welcome} prints how to use it.
 */
@NullMarked
package dev.tollgate.gateway.embedded;

import org.jspecify.annotations.NullMarked;
