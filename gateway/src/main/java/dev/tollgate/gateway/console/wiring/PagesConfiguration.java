package dev.tollgate.gateway.console.wiring;

import dev.tollgate.gateway.api.ReadableParameters;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.access.PageInterceptor;
import dev.tollgate.gateway.console.access.Return;
import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.gateway.console.forms.FormFilter;
import dev.tollgate.gateway.console.forms.PageChangeArgument;
import dev.tollgate.gateway.console.forms.PortalFilter;
import dev.tollgate.gateway.console.layout.Preferences;
import dev.tollgate.gateway.console.sessions.SessionFilter;
import dev.tollgate.gateway.console.sessions.Sessions;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.CacheControl;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer.FrameOptionsConfig;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.context.NullSecurityContextRepository;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Sessions open the pages. Nothing on them comes from elsewhere, and nothing in them is run but our own files. */
@Configuration(proxyBeanMethods = false)
@PagesRole
class PagesConfiguration implements WebMvcConfigurer {

  private static final String ASSETS = "/assets/**";
  private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
      + "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
      + "form-action 'self'";
  private static final String WEBJARS = "classpath:/META-INF/resources/webjars/";
  private static final Duration ASSETS_KEPT = Duration.ofMinutes(10);

  private final Tenants tenants;
  private final Clock clock;
  private final PageChangeArgument changes;

  PagesConfiguration(Tenants tenants, Clock clock, PageChangeArgument changes) {
    this.tenants = tenants;
    this.clock = clock;
    this.changes = changes;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(new PageInterceptor(tenants, clock)).addPathPatterns("/console", "/console/**",
        "/portal/**", "/account", "/account/**");
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(changes);
  }

  /** Our own files, and of the libraries those that pages name. The versions are those of the pom. */
  @Override
  public void addResourceHandlers(ResourceHandlerRegistry registry) {
    registry.addResourceHandler(ASSETS)
        .addResourceLocations("classpath:/console/assets/", WEBJARS + "picocss__pico/2.1.1/css/",
            WEBJARS + "htmx.org/2.0.10/dist/", WEBJARS + "uplot/1.6.30/dist/")
        .setCacheControl(CacheControl.maxAge(ASSETS_KEPT));
  }

  @Bean
  LocaleResolver localeResolver() {
    return new LocaleResolver() {
      @Override
      public Locale resolveLocale(HttpServletRequest request) {
        return Preferences.locale(request);
      }

      @Override
      public void setLocale(HttpServletRequest request, @Nullable HttpServletResponse response,
          @Nullable Locale locale) {
        throw new UnsupportedOperationException("The visitor's own choice is kept in a cookie");
      }
    };
  }

  @Bean
  SignInLinks signInLinks(JdbcClient jdbc, People people, Clock clock) {
    return new SignInLinks(jdbc, people, clock);
  }

  @Bean
  @Order(0)
  SecurityFilterChain pages(HttpSecurity http, Sessions sessions, People people, FormFilter forms,
      PortalFilter portal) throws Exception {
    return http
        .securityMatcher("/", "/sign-in", "/sign-in/**", "/sign-out", "/invitation/**", "/preferences",
            "/account", "/account/**", "/console", "/console/**", "/portal/**", ASSETS)
        .addFilterBefore(ReadableParameters.ofAddressesAndForms(
            (request, response) -> response.sendError(HttpServletResponse.SC_BAD_REQUEST)), CsrfFilter.class)
        .csrf(csrf -> csrf.csrfTokenRepository(tokens()))
        .requestCache(AbstractHttpConfigurer::disable).logout(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable).formLogin(AbstractHttpConfigurer::disable)
        // Sessions are our own. Spring's management would take every request for a new sign-in and give the browser another
        // form token each time: what was open in it could not be sent any more.
        .sessionManagement(AbstractHttpConfigurer::disable)
        .securityContext(context -> context.securityContextRepository(new NullSecurityContextRepository()))
        .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(POLICY))
            .frameOptions(FrameOptionsConfig::deny)
            .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN)))
        .addFilterBefore(new SessionFilter(sessions, people), AnonymousAuthenticationFilter.class)
        .addFilterAfter(portal, AuthorizationFilter.class).addFilterAfter(forms, PortalFilter.class)
        .authorizeHttpRequests(requests -> requests
            .requestMatchers("/account", "/account/**", "/console", "/console/**", "/portal/**")
            .authenticated().anyRequest().permitAll())
        .exceptionHandling(handling -> handling
            .authenticationEntryPoint((request, response, e) -> signIn(request, response))
            .accessDeniedHandler((request, response, e) -> lead(response, again(request), request)))
        .build();
  }

  private static CookieCsrfTokenRepository tokens() {
    var tokens = new CookieCsrfTokenRepository();
    tokens.setCookieName("tollgate_form");
    tokens.setCookieCustomizer(cookie -> cookie.sameSite("Lax"));
    return tokens;
  }

  private static void signIn(HttpServletRequest request, HttpServletResponse response) throws IOException {
    lead(response, "/sign-in?next=" + URLEncoder.encode(Return.of(request), StandardCharsets.UTF_8), request);
  }

  /** A form whose token is too old, shown again: the browser still has what was typed. */
  private static String again(HttpServletRequest request) {
    String page = Return.of(request);
    return page + (page.contains("?") ? "&" : "?") + "done=send-again";
  }

  /** A part of a page that is asked for by a script leads the whole page on. */
  private static void lead(HttpServletResponse response, String to, HttpServletRequest request)
      throws IOException {
    if (request.getHeader("HX-Request") == null) {
      response.sendRedirect(to, HttpServletResponse.SC_SEE_OTHER);
    } else {
      response.setHeader("HX-Redirect", to);
    }
  }

  /** The filters are part of their chain only; as beans they would run for every request besides. */
  @Bean
  FilterRegistrationBean<FormFilter> formFilterInItsChainOnly(FormFilter filter) {
    var registration = new FilterRegistrationBean<>(filter);
    registration.setEnabled(false);
    return registration;
  }

  @Bean
  FilterRegistrationBean<PortalFilter> portalFilterInItsChainOnly(PortalFilter filter) {
    var registration = new FilterRegistrationBean<>(filter);
    registration.setEnabled(false);
    return registration;
  }
}
