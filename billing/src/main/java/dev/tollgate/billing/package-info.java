/**
 * Money: prices, funds, settlement and the ledger. This package is what other modules may use; no HTTP, no JSON and no
 * Spring MVC here.
 */
@NullMarked
package dev.tollgate.billing;

import org.jspecify.annotations.NullMarked;
