/** What a server may ask of any engine that generates tokens; says nothing about wires or libraries. */
@NullMarked
package dev.tollgate.inference.engine;

import org.jspecify.annotations.NullMarked;
