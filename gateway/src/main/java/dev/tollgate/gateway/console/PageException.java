package dev.tollgate.gateway.console;

/** Why a page is not shown. */
public abstract sealed class PageException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private PageException(String message) {
    super(message);
  }

  /** There is nothing, or nothing that the visitor may know of. */
  public static final class NotFound extends PageException {

    private static final long serialVersionUID = 1;

    public NotFound() {
      super("There is no such page");
    }
  }

  /** The visitor's role does not include it. */
  public static final class Forbidden extends PageException {

    private static final long serialVersionUID = 1;

    public Forbidden() {
      super("The visitor's role does not include this page");
    }
  }
}
