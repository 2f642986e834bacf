package dev.tollgate.exports;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tollgate.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ExportsArchitectureTest {

  private static final JavaClasses EXPORTS = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.tollgate.exports");

  @Test
  void packagesAreFreeOfCycles() {
    ArchitectureRules.NO_CYCLES.check(EXPORTS);
  }

  @Test
  void moneyIsNeverFloatingPoint() {
    ArchitectureRules.NO_FLOATING_POINT_NEAR_MONEY.check(EXPORTS);
  }

  @Test
  void timeIsNeverAskedFor() {
    ArchitectureRules.TIME_IS_INJECTED.check(EXPORTS);
  }
}
