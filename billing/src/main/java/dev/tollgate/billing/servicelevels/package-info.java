/** Service levels: measured from settled requests, credited by the close. */
@NullMarked
package dev.tollgate.billing.servicelevels;

import org.jspecify.annotations.NullMarked;
