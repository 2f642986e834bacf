package dev.tollgate.gateway.console.layout;

import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.access.Return;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.WebUtils;

/** Language and colours, kept in the browser: they are wanted before anybody is signed in. */
@PageController
public class Preferences {

  private static final String LANGUAGE = "tollgate_language";
  private static final String THEME = "tollgate_theme";
  private static final Set<String> THEMES = Set.of("light", "dark");
  private static final Duration KEPT = Duration.ofDays(365);

  /** What the visitor chose, else what the browser asks for, else English. */
  public static Locale locale(HttpServletRequest request) {
    Locale asked = cookie(request, LANGUAGE).map(Locale::forLanguageTag).orElseGet(request::getLocale);
    if (asked.getLanguage().equals("zh")) {
      return Locale.SIMPLIFIED_CHINESE;
    }
    // A browser's English may be British or Indian, which tells how to write dates.
    return asked.getLanguage().equals("en") ? asked : Locale.US;
  }

  /** Light or dark, or empty for what the system prefers. */
  String theme(HttpServletRequest request) {
    return cookie(request, THEME).filter(THEMES::contains).orElse("");
  }

  @PostMapping("/preferences")
  String set(@RequestParam(defaultValue = "") String language, @RequestParam(defaultValue = "") String theme,
      HttpServletRequest request, HttpServletResponse response) {
    if (Set.of("en", "zh-CN").contains(language)) {
      keep(request, response, LANGUAGE, language);
    }
    if (THEMES.contains(theme) || theme.equals("system")) {
      keep(request, response, THEME, theme);
    }
    return "redirect:" + Return.of(request);
  }

  private static void keep(HttpServletRequest request, HttpServletResponse response, String name,
      String value) {
    response.addHeader(HttpHeaders.SET_COOKIE, ResponseCookie.from(name, value).path("/").httpOnly(true)
        .secure(request.isSecure()).sameSite("Lax").maxAge(KEPT).build().toString());
  }

  private static Optional<String> cookie(HttpServletRequest request, String name) {
    return Optional.ofNullable(WebUtils.getCookie(request, name)).map(cookie -> cookie.getValue());
  }
}
