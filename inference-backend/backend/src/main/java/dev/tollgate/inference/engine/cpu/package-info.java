/** The engine for machines without a GPU: llama.cpp's plain libraries, called through the foreign-function API. */
@NullMarked
package dev.tollgate.inference.engine.cpu;

import org.jspecify.annotations.NullMarked;
