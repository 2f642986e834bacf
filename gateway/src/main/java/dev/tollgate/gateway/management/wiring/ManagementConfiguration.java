package dev.tollgate.gateway.management.wiring;

import dev.tollgate.billing.BilledMonth;
import dev.tollgate.gateway.api.Moments;
import dev.tollgate.gateway.api.ReadableParameters;
import dev.tollgate.gateway.management.ManagementRole;
import dev.tollgate.gateway.management.access.AccessInterceptor;
import dev.tollgate.gateway.management.access.ConditionInterceptor;
import dev.tollgate.gateway.management.access.OpenPaths;
import dev.tollgate.gateway.management.access.TokenFilter;
import dev.tollgate.gateway.management.changes.ChangeArguments;
import dev.tollgate.gateway.management.changes.ChangeFilter;
import dev.tollgate.gateway.management.problems.Problems;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.RequestReading;
import dev.tollgate.tenants.Tenants;
import dev.tollgate.tenants.Tokens;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.format.FormatterRegistry;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Tokens open {@code /api/v1}; the page that documents it is open to all. */
@Configuration(proxyBeanMethods = false)
@ManagementRole
class ManagementConfiguration implements WebMvcConfigurer {

  private static final String PATHS = "/api/v1/**";
  private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
      + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

  /** The version is that of the pom; a test notices where they differ. */
  private static final String SWAGGER_UI = "classpath:/META-INF/resources/webjars/swagger-ui/5.32.14/";

  private final Tenants tenants;
  private final JdbcClient jdbc;
  private final ChangeArguments changes;

  ManagementConfiguration(Tenants tenants, JdbcClient jdbc, ChangeArguments changes) {
    this.tenants = tenants;
    this.jdbc = jdbc;
    this.changes = changes;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(new AccessInterceptor(tenants, jdbc)).addPathPatterns(PATHS);
    registry.addInterceptor(new ConditionInterceptor(jdbc)).addPathPatterns(PATHS);
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(changes);
    resolvers.add(new RequestReading());
  }

  /** Months and days in addresses have the bounds of those in bodies. */
  @Override
  public void addFormatters(FormatterRegistry registry) {
    registry.addConverter(String.class, YearMonth.class, BilledMonth::parse);
    registry.addConverter(String.class, LocalDate.class, Moments::day);
  }

  /** Our page, and beside it what Swagger UI brings. */
  @Override
  public void addResourceHandlers(ResourceHandlerRegistry registry) {
    registry.addResourceHandler(OpenPaths.PAGE + "/**").addResourceLocations("classpath:/management/docs/",
        SWAGGER_UI);
  }

  /** How the API is documented, without a token. */
  @Bean
  @Order(-2)
  SecurityFilterChain managementDocumentation(HttpSecurity http, Problems problems) throws Exception {
    return stateless(http.securityMatcher(OpenPaths.patterns()), problems)
        .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(POLICY)))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll()).build();
  }

  @Bean
  @Order(-1)
  SecurityFilterChain management(HttpSecurity http, Tokens tokens, Problems problems,
      ChangeFilter changeFilter)
      throws Exception {
    return stateless(http.securityMatcher(PATHS), problems)
        .headers(headers -> headers.cacheControl(Customizer.withDefaults()))
        .addFilterBefore(new TokenFilter(tokens, problems), AnonymousAuthenticationFilter.class)
        .addFilterAfter(changeFilter, AuthorizationFilter.class)
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated()).build();
  }

  /** The filter is part of its chain only; as a bean it would run for every request besides. */
  @Bean
  FilterRegistrationBean<ChangeFilter> changeFilterInItsChainOnly(ChangeFilter filter) {
    var registration = new FilterRegistrationBean<>(filter);
    registration.setEnabled(false);
    return registration;
  }

  private static HttpSecurity stateless(HttpSecurity http, Problems problems) throws Exception {
    return http.csrf(AbstractHttpConfigurer::disable).requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable).servletApi(AbstractHttpConfigurer::disable)
        .headers(headers -> headers.defaultsDisabled().contentTypeOptions(Customizer.withDefaults()))
        .httpBasic(AbstractHttpConfigurer::disable).formLogin(AbstractHttpConfigurer::disable)
        .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .addFilterAfter(
            ReadableParameters.ofAddresses((request, response) -> problems.write(request, response,
                new Rejection.UnreadableParameters())),
            AnonymousAuthenticationFilter.class);
  }
}
