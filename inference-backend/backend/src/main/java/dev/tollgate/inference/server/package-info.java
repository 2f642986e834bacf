/** The backend process: its command line, its gRPC service, its life and end. */
@NullMarked
package dev.tollgate.inference.server;

import org.jspecify.annotations.NullMarked;
