package dev.tollgate.billing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tollgate.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class BillingArchitectureTest {

  private static final JavaClasses BILLING = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.tollgate.billing");

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("dev.tollgate.(**)").should().beFreeOfCycles()
        .because("a package that is part of a cycle cannot be understood alone").check(BILLING);
  }

  @Test
  void theBasePackageKnowsNoneOfTheOthers() {
    noClasses().that().resideInAPackage("dev.tollgate.billing").should().dependOnClassesThat()
        .resideInAPackage("dev.tollgate.billing.*").because("it is the API that the others implement")
        .check(BILLING);
  }

  @Test
  void moneyIsNeverFloatingPoint() {
    ArchitectureRules.NO_FLOATING_POINT_NEAR_MONEY.check(BILLING);
  }

  @Test
  void pricingIsPure() {
    noClasses().that().resideInAPackage("..pricing..").should().dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "org.springframework..", "java.util.concurrent..")
        .because("a bill must be computed again from its inputs alone").check(BILLING);
  }

  @Test
  void storesStayInTheirPackage() {
    classes().that().haveSimpleNameStartingWith("Jdbc").should().bePackagePrivate()
        .because("SQL is a detail of its feature").check(BILLING);
  }
}
