/** What the tests of every module share: a real PostgreSQL and the architecture rules. */
@NullMarked
package dev.tollgate.testing;

import org.jspecify.annotations.NullMarked;
