package dev.tollgate.gateway.api;

import dev.tollgate.tenants.PlainText;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses a request whose parameters cannot be read, before anybody reads them: what is not percent-encoded UTF-8, or more
 * than the server takes, throws wherever it is first asked for, which is a fault to whoever does not expect it. What is asked
 * for by an address has no characters that the database does not hold either; forms say that beside their fields.
 */
public final class ReadableParameters extends OncePerRequestFilter {

  /** What is wrong with a request that is refused, as a sentence. */
  public static final String RULE = "Parameters must be percent-encoded UTF-8 without control characters, 1,000 at most.";

  private final boolean forms;
  private final Refusing refusing;

  /** Answers a request that is refused, in the manner of its door. */
  @FunctionalInterface
  public interface Refusing {

    void write(HttpServletRequest request, HttpServletResponse response) throws IOException;
  }

  private ReadableParameters(boolean forms, Refusing refusing) {
    this.forms = forms;
    this.refusing = refusing;
  }

  /** Where bodies are read by others, so that their bounds hold. */
  public static ReadableParameters ofAddresses(Refusing refusing) {
    return new ReadableParameters(false, refusing);
  }

  /** Where forms are sent to. */
  public static ReadableParameters ofAddressesAndForms(Refusing refusing) {
    return new ReadableParameters(true, refusing);
  }

  /** Only what is posted has its form read along with its address; on others a form's type says nothing. */
  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String type = request.getContentType();
    return !forms && request.getMethod().equals("POST") && type != null
        && type.regionMatches(true, 0, MediaType.APPLICATION_FORM_URLENCODED_VALUE, 0,
            MediaType.APPLICATION_FORM_URLENCODED_VALUE.length());
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (canBeRead(request)) {
      chain.doFilter(request, response);
    } else {
      refusing.write(request, response);
    }
  }

  private static boolean canBeRead(HttpServletRequest request) {
    Map<String, String[]> parameters;
    try {
      parameters = request.getParameterMap();
    } catch (IllegalStateException e) {
      // As the Servlet specification has it since 6.1.
      return false;
    }
    return request.getMethod().equals("POST") || parameters.entrySet().stream().allMatch(
        each -> PlainText.isPlain(each.getKey())
            && Arrays.stream(each.getValue()).allMatch(PlainText::isPlain));
  }
}
