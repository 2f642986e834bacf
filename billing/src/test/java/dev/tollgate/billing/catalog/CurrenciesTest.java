package dev.tollgate.billing.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Prices.NewBand;
import dev.tollgate.billing.Prices.NewPrice;
import dev.tollgate.billing.TenantContracts.Proposal;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.contracts.AgreedContracts;
import dev.tollgate.billing.funds.House;
import dev.tollgate.tenants.TenantId;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;

/** What is priced can be billed: nothing is planned or agreed in a currency that no invoice can be written in. */
class CurrenciesTest {

  // Later than the clock of any database that runs this.
  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

  private final House house = new House();
  private final DatedPrices prices = new DatedPrices(house.pool, house.time.clock());

  @AfterEach
  void close() {
    house.close();
  }

  private static NewPrice price(String currency) {
    return new NewPrice("*", "*", TokenClass.INPUT, currency, 3_000_000_000L, LATER);
  }

  private static String refusal(Decision<?> decision) {
    return switch (decision) {
      case Decision.Made<?> made -> "made";
      case Decision.Refused<?>(String field, String rule, boolean conflict) -> field + " " + rule;
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"DEM", "XTS", "CLF"})
  void aPriceOrABandInACurrencyOfNoInvoiceIsRefusedWithThoseThatThereAre(String currency) {
    assertThat(refusal(prices.plan(price(currency))))
        .startsWith("currency must be one of the currencies that invoices are written in: AED, AFN, ")
        .contains(", CNY, ", ", EUR, ", ", USD, ");
    assertThat(refusal(
        prices.addBand(new NewBand("*", "*", currency, DayOfWeek.MONDAY, 0, 60, 5_000, LATER))))
        .startsWith("currency must be one of the currencies");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BRL", "CZK", "MXN", "ISK"})
  void aPriceInAnyCurrencyThatIsInUseIsPlanned(String currency) {
    assertThat(prices.plan(price(currency))).isInstanceOf(Decision.Made.class);
    assertThat(house.jdbc.sql("SELECT minor_digits FROM billing.currency WHERE code = :code")
        .param("code", currency).query(Integer.class).single())
        .isEqualTo(Currency.getInstance(currency).getDefaultFractionDigits());
  }

  @Test
  void aContractInACurrencyOfNoInvoiceIsRefused() {
    var contracts = new AgreedContracts(house.pool, house.contracts, house.catalogue, house.accounts,
        house.time.clock());
    assertThat(refusal(contracts.conclude(new TenantId(UUID.randomUUID()),
        new Proposal("pay-as-you-go", "DEM", ZoneOffset.UTC, 0, 0, null))))
        .startsWith("currency must be one");
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "INSERT INTO billing.price (model, region, token_class, currency, effective, pico_per_token) "
          + "VALUES ('*', '*', 'INPUT', 'DEM', '[2100-01-01,)', 1)",
      "INSERT INTO billing.time_band (model, region, currency, weekday, minutes, discount_basis_points, effective) "
          + "VALUES ('*', '*', 'DEM', 1, '[0,60)', 1, '[2100-01-01,)')",
      "INSERT INTO billing.pack_offer (counted_in, currency, effective, pico_per_pack_token, minimum, months) "
          + "VALUES ('TOKENS', 'DEM', '[2100-01-01,)', 1, 1, 1)",
      "INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective) "
          + "VALUES (gen_random_uuid(), 'pay-as-you-go', 'DEM', 'UTC', 0, '[2100-01-01,)')"})
  void theDatabaseTakesNoneEither(String insertion) {
    assertThatThrownBy(() -> house.jdbc.sql(insertion).update())
        .isInstanceOf(DataIntegrityViolationException.class).hasMessageContaining("currency_fkey");
  }
}
