package dev.tollgate.gateway.console.layout;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.PageException;
import org.springframework.web.bind.annotation.RequestMapping;

/** Addresses below the doors that lead nowhere, so that people get a page and not the API's words. */
@PageController
class UnknownPages {

  @RequestMapping({"/console/**", "/portal/**", "/account/**", "/sign-in/**", "/invitation/**"})
  String unknown() {
    throw new PageException.NotFound();
  }
}
