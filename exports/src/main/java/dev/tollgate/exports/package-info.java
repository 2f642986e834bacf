/** Documents and tables for people and programs outside: what this module offers to others. */
@NullMarked
package dev.tollgate.exports;

import org.jspecify.annotations.NullMarked;
