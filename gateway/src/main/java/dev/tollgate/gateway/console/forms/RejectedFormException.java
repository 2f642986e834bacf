package dev.tollgate.gateway.console.forms;

/** A form is to be shown again, because something that was typed cannot be done. */
public final class RejectedFormException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Form form;

  RejectedFormException(Form form) {
    super("The form " + form.page().name() + " was not accepted");
    this.form = form;
  }

  public Form form() {
    return form;
  }
}
