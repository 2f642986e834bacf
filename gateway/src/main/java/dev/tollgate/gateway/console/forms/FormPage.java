package dev.tollgate.gateway.console.forms;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page with one form.
 *
 * @param name its title is the message {@code form.NAME}, its text {@code form.NAME.text} where there is one, its button
 *     {@code form.NAME.submit}
 * @param action where it is sent
 * @param back where one leaves it undone
 * @param about what it is about, such as the name of a tenant; null where the title says all
 * @param grave whether it takes something away or cannot be undone
 */
public record FormPage(String name, String action, String back, @Nullable String about, List<Field> fields,
    boolean grave) {

  public FormPage(String name, String action, String back, @Nullable String about, Field... fields) {
    this(name, action, back, about, List.of(fields), false);
  }

  /** The same, but it takes something away. */
  public FormPage taking() {
    return new FormPage(name, action, back, about, fields, true);
  }

  /** Shown empty, in the template of forms. */
  public Form empty() {
    return new Form(this, null);
  }
}
