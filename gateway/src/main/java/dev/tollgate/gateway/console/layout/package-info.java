/** What all pages share: navigation, language, and how numbers, money and times are written. */
@NullMarked
package dev.tollgate.gateway.console.layout;

import org.jspecify.annotations.NullMarked;
