package dev.tollgate.gateway.authentication;

import dev.tollgate.gateway.api.ReadableParameters;
import dev.tollgate.gateway.api.RefusalWriter;
import dev.tollgate.gateway.pipeline.Refusal;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Tokens;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;

/** Who may reach what. API keys open {@code /v1}; health is public; everything else does not exist. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

  @Bean
  @Order(1)
  SecurityFilterChain api(HttpSecurity http, ApiKeys keys, RefusalWriter refusals) throws Exception {
    return stateless(http.securityMatcher("/v1/**"), refusals)
        .addFilterBefore(new ApiKeyFilter(keys, refusals), AnonymousAuthenticationFilter.class)
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated()).build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain metrics(HttpSecurity http, Tokens tokens, RefusalWriter refusals) throws Exception {
    return stateless(http.securityMatcher("/actuator/prometheus"), refusals)
        .addFilterBefore(new MetricsFilter(tokens), AnonymousAuthenticationFilter.class)
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll()).build();
  }

  @Bean
  @Order(3)
  SecurityFilterChain rest(HttpSecurity http, RefusalWriter refusals) throws Exception {
    return stateless(http, refusals)
        .authorizeHttpRequests(requests -> requests
            .requestMatchers("/actuator/health/**", "/actuator/health", "/error").permitAll()
            .anyRequest().denyAll())
        .exceptionHandling(handling -> handling.authenticationEntryPoint((request, response, e) -> refusals
            .write(request, response, new Refusal.UnknownPath(request.getMethod(), request.getRequestURI()))))
        .build();
  }

  // No cookies and no sessions, so there is nothing that a forged cross-site request could ride on; no pages, so of
  // the headers that tell browsers how to treat pages only the one that forbids guessing the type is of use.
  private static HttpSecurity stateless(HttpSecurity http, RefusalWriter refusals) throws Exception {
    return http.csrf(AbstractHttpConfigurer::disable).requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable).servletApi(AbstractHttpConfigurer::disable)
        .headers(headers -> headers.defaultsDisabled().contentTypeOptions(Customizer.withDefaults()))
        .httpBasic(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .addFilterAfter(
            ReadableParameters.ofAddresses((request, response) -> refusals.write(request, response,
                new Refusal.InvalidRequest(ReadableParameters.RULE, null))),
            AnonymousAuthenticationFilter.class);
  }
}
