/** Usage to priced lines: pure functions over whole pico-units. */
@NullMarked
package dev.tollgate.billing.pricing;

import org.jspecify.annotations.NullMarked;
