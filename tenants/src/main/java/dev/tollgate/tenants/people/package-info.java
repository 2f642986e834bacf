/** People, what they are to the operator and to tenants, and invitations. */
@NullMarked
package dev.tollgate.tenants.people;

import org.jspecify.annotations.NullMarked;
