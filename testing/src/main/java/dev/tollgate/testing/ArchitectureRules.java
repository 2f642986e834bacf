package dev.tollgate.testing;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The shape of the house, as rules that a build can check. Each says why it is there. */
public final class ArchitectureRules {

  private static final Set<String> FLOATING = Set.of("double", "float", "java.lang.Double",
      "java.lang.Float");
  private static final Set<String> NUMBERS = Set.of("java.lang", "java.math");

  private ArchitectureRules() {}

  public static final ArchRule MODULES_POINT_ONE_WAY = noClasses().that()
      .resideInAPackage("dev.tollgate.tenants..")
      .should().dependOnClassesThat().resideInAnyPackage("dev.tollgate.billing..", "dev.tollgate.gateway..")
      .because("who a tenant is must be answerable without knowing what it pays or what it asks");

  public static final ArchRule BILLING_KNOWS_NO_GATEWAY = noClasses().that()
      .resideInAPackage("dev.tollgate.billing..").should().dependOnClassesThat()
      .resideInAnyPackage("dev.tollgate.gateway..", "dev.tollgate.inference..")
      .because("money is counted the same whatever asks for it");

  public static final ArchRule BILLING_SPEAKS_NO_HTTP_AND_NO_JSON = noClasses().that()
      .resideInAPackage("dev.tollgate.billing..").should().dependOnClassesThat()
      .resideInAnyPackage("jakarta.servlet..", "org.springframework.web..", "org.springframework.http..",
          "tools.jackson..", "com.fasterxml.jackson..")
      .because("wire formats change for reasons that have nothing to do with money");

  public static final ArchRule GATEWAY_KNOWS_THE_PROTOCOL_ONLY = noClasses().that()
      .resideInAPackage("dev.tollgate.gateway..").should().dependOnClassesThat()
      .resideInAnyPackage("dev.tollgate.inference.engine..", "dev.tollgate.inference.server..")
      .because("the backend is a process of its own: a native crash must not take the gateway with it");

  public static final ArchRule NO_CYCLES = slices().matching("dev.tollgate.(**)").should().beFreeOfCycles()
      .because("a package in a cycle can neither be understood nor changed alone");

  public static final ArchRule NO_FLOATING_POINT_NEAR_MONEY = classes().that()
      .resideInAnyPackage("dev.tollgate.billing..", "dev.tollgate.exports..",
          "dev.tollgate.gateway.management..", "dev.tollgate.gateway.console..",
          "dev.tollgate.gateway.reminders..")
      .should(useNoFloatingPoint())
      .because(
          "amounts are whole pico-units (money rule 1); a double near them is a rounding error that waits");

  public static final ArchRule TIME_IS_INJECTED = noClasses().that().doNotHaveSimpleName("TimeConfiguration")
      .should().callMethodWhere(target(owner(isOneOf(Instant.class, LocalDate.class, LocalDateTime.class,
          OffsetDateTime.class, ZonedDateTime.class))).and(target(nameMatching("now")))
          .and(DescribedPredicate.describe("without a clock",
              call -> call.getTarget().getRawParameterTypes().isEmpty())))
      .orShould().callMethodWhere(target(owner(isOneOf(Clock.class))).and(target(nameMatching("system.*"))))
      .orShould().callMethod(System.class, "currentTimeMillis")
      .because("billing periods, expiry and leases are tested at instants that the test chooses");

  public static final ArchRule PUBLIC_ONLY_WHERE_NEEDED = classes().that().arePublic().and()
      .areTopLevelClasses()
      .should(beUsedFromAnotherPackage())
      .because("what is public is a promise; a class that only its own package uses makes none");

  /** All of the rules, for a module's test to run over its classes. */
  public static final List<ArchRule> ALL = List.of(MODULES_POINT_ONE_WAY, BILLING_KNOWS_NO_GATEWAY,
      BILLING_SPEAKS_NO_HTTP_AND_NO_JSON, GATEWAY_KNOWS_THE_PROTOCOL_ONLY, NO_CYCLES,
      NO_FLOATING_POINT_NEAR_MONEY,
      TIME_IS_INJECTED, PUBLIC_ONLY_WHERE_NEEDED);

  private static DescribedPredicate<JavaClass> isOneOf(Class<?>... types) {
    Set<String> names = Set.of(List.of(types).stream().map(Class::getName).toArray(String[]::new));
    return DescribedPredicate.describe("one of " + names, type -> names.contains(type.getName()));
  }

  private static ArchCondition<JavaClass> useNoFloatingPoint() {
    return new ArchCondition<>("use neither double nor float") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getFields().stream().filter(field -> FLOATING.contains(field.getRawType().getName()))
            .forEach(field -> events.add(SimpleConditionEvent.violated(field, field.getDescription())));
        type.getCodeUnits().stream()
            .filter(unit -> isFloating(unit.getRawReturnType(), unit.getRawParameterTypes()))
            .forEach(unit -> events.add(SimpleConditionEvent.violated(unit, unit.getDescription())));
        // Local variables are not seen; the numbers of the language become floating by its own methods only.
        Stream.concat(type.getMethodCallsFromSelf().stream(), type.getConstructorCallsFromSelf().stream())
            .filter(call -> NUMBERS.contains(call.getTargetOwner().getPackageName())
                && isFloating(call.getTarget().getRawReturnType(), call.getTarget().getRawParameterTypes()))
            .forEach(call -> events.add(SimpleConditionEvent.violated(call, call.getDescription())));
      }
    };
  }

  private static boolean isFloating(JavaClass returned, List<JavaClass> parameters) {
    return FLOATING.contains(returned.getName())
        || parameters.stream().anyMatch(parameter -> FLOATING.contains(parameter.getName()));
  }

  private static Stream<JavaClass> withMembers(JavaClass type) {
    return type.getPackage().getClasses().stream()
        .filter(each -> each.equals(type) || each.getName().startsWith(type.getName() + "$"));
  }

  private static ArchCondition<JavaClass> beUsedFromAnotherPackage() {
    return new ArchCondition<>("be used from another package") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean offered = type.getPackageName().split("\\.").length == 3;
        boolean started = type.getMethods().stream()
            .anyMatch(method -> method.getName().equals("main")
                && method.getModifiers().contains(JavaModifier.STATIC));
        boolean madeByName = type.isAssignableTo("org.apache.coyote.ProtocolHandler");
        boolean used = withMembers(type).flatMap(each -> each.getDirectDependenciesToSelf().stream())
            .anyMatch(
                dependency -> !dependency.getOriginClass().getPackageName().equals(type.getPackageName()));
        if (!(offered || started || madeByName || used)) {
          events.add(SimpleConditionEvent.violated(type,
              type.getName() + " is public but only used in its package"));
        }
      }
    };
  }
}
