/**
 * The funds under simulation: three instances of the real code on virtual time, a model of the database, faults of all
 * kinds, and checks after every step. Everything follows from one seed.
 */
@NullMarked
package dev.tollgate.billing.simulation;

import org.jspecify.annotations.NullMarked;
