package dev.tollgate.gateway.routing;

/**
 * What a tenant's plan gives it where others wait, too.
 *
 * @param priority higher goes first; above 0 may take the places that are kept free
 * @param weight its share among those of the same priority
 */
public record Standing(int priority, int weight) {

  public static final Standing USUAL = new Standing(0, 1);
}
