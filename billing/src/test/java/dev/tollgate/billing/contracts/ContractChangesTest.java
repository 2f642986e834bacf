package dev.tollgate.billing.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Agreements.Agreement;
import dev.tollgate.billing.Budgets.Change;
import dev.tollgate.billing.Budgets.Subject;
import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.TenantContracts.Agreed;
import dev.tollgate.billing.TenantContracts.Proposal;
import dev.tollgate.billing.funds.House;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a contract, and of what hangs on it, when another one is concluded or withdrawn. */
class ContractChangesTest {

  // Later than the clock of any database that runs this, which lets only contracts be withdrawn that have not begun.
  private static final Instant T1 = Instant.parse("2100-01-01T00:00:00Z");
  private static final Instant T2 = Instant.parse("2100-02-01T00:00:00Z");
  private static final Instant T3 = Instant.parse("2100-03-01T00:00:00Z");

  private final House house = new House();
  private final AgreedContracts contracts = new AgreedContracts(house.pool, house.contracts, house.catalogue,
      house.accounts, house.time.clock());
  private final TenantId tenant = house.payAsYouGo(0);

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  private static <T> T made(Decision<T> decision) {
    return switch (decision) {
      case Decision.Made<T>(T value) -> value;
      case Decision.Refused<T> refused -> throw new AssertionError(refused);
    };
  }

  private Decision<Agreed> conclude(String currency, @Nullable Instant from) {
    return contracts.conclude(tenant, new Proposal("pay-as-you-go", currency, ZoneOffset.UTC, 0, 0, from));
  }

  private List<@Nullable Instant> ends() {
    return contracts.of(tenant).stream().<@Nullable Instant>map(Agreed::until).toList();
  }

  @Test
  void aContractThatWasGivenAnEndKeepsItWhenThoseThatCutItAreWithdrawn() {
    long present = contracts.of(tenant).getFirst().id();
    made(contracts.end(tenant, present, T3));
    Agreed second = made(conclude("USD", T1));
    Agreed third = made(conclude("USD", T2));
    assertThat(ends()).containsExactly(T1, T2, null);
    made(contracts.withdraw(tenant, third.id()));
    assertThat(ends()).as("it had no end").containsExactly(T1, null);
    made(contracts.withdraw(tenant, second.id()));
    assertThat(ends()).containsExactly(T3);
  }

  @Test
  void aContractThatEndsWhereTheWithdrawnOneWouldHaveBegunEndsThere() {
    made(contracts.end(tenant, contracts.of(tenant).getFirst().id(), T1));
    made(contracts.withdraw(tenant, made(conclude("USD", T1)).id()));
    assertThat(ends()).containsExactly(T1);
  }

  @Test
  void aContractInAnotherCurrencyIsRefusedAsLongAsItWouldLiftACap() {
    var subject = new Subject.OfTenant();
    assertThat(house.budgets.set(tenant, subject, House.usd(BigInteger.TEN)))
        .isInstanceOf(Change.Changed.class);
    for (Instant from : new Instant[]{null, T1}) {
      assertThat(conclude("CNY", from)).isEqualTo(new Decision.Refused<>("currency",
          "must be that of the tenant's"
              + " budgets, or these must be lifted first: a budget in another currency would cap nothing",
          true));
    }
    Assertions.assertThatIllegalStateException().isThrownBy(
        () -> house.funding.enterprise(tenant, new Agreement("CNY", ZoneOffset.UTC, 50_000_000, 0), T1));
    assertThat(ends()).hasSize(1).containsOnlyNulls();
    assertThat(house.budgets.remove(tenant, subject)).isTrue();
    made(conclude("CNY", T1));
    assertThat(house.budgets.set(tenant, subject, House.usd(BigInteger.TEN)))
        .as("a cap that would be lifted then")
        .isEqualTo(new Change.Refused("currency",
            "must be that of all contracts in force and planned, of which one is in CNY"));
    assertThat(house.budgets.set(tenant, subject, new Money("CNY", BigInteger.TEN)))
        .isEqualTo(new Change.Refused("currency", "must be that of the contract, USD"));
    assertThat(house.budgets.of(tenant)).isEmpty();
  }
}
