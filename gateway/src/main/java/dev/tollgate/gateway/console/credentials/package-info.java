/** How people prove who they are: passwords, codes, passkeys, links; and how often they may try. */
@NullMarked
package dev.tollgate.gateway.console.credentials;

import org.jspecify.annotations.NullMarked;
