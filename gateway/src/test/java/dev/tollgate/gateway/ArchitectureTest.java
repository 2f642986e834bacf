package dev.tollgate.gateway;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.tollgate.testing.ArchitectureRules;
import java.util.List;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Execution(ExecutionMode.CONCURRENT)
class ArchitectureTest {

  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .withImportOption(
          location -> !location.contains("/testing/") && !location.contains("inference-protocol")
              && !location.contains("inference-backend/protocol"))
      .importPackages("dev.tollgate");

  static List<ArchRule> rules() {
    return ArchitectureRules.ALL;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theHouseKeepsItsShape(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
