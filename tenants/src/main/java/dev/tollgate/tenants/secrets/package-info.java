/** Secrets that people hold: how they are written, told from typing errors, and hashed. Nothing here stores one. */
@NullMarked
package dev.tollgate.tenants.secrets;

import org.jspecify.annotations.NullMarked;
