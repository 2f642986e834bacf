package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What requests cost, as a table. Tokens are input + cached input + output. Settled and left are: money, free tokens,
 * pack tokens; of packs what each has left, the soonest expiry first.
 */
class PricingScenarios {

  private static House house;
  private static House.Instance instance;

  @BeforeAll
  static void open() {
    house = new House();
    instance = house.quietInstance(House.QUICK);
    // Mondays from 16:30 and Tuesdays until 00:30 UTC, for two models that nothing else here asks for.
    house.jdbc
        .sql(
            """
                INSERT INTO billing.time_band (model, region, currency, weekday, minutes, effective, discount_basis_points)
                SELECT model, '*', 'USD', weekday, minutes, '[2026-01-01T00:00:00Z,2026-12-21T17:00:00Z)', 5000
                FROM (VALUES ('night', 1, int4range(990, 1440)), ('night', 2, int4range(0, 30)), ('monday', 1, int4range(0, 1440)))
                  AS band(model, weekday, minutes)
                """)
        .update();
    // Of a region, of a model, and of a model in that region.
    house.jdbc.sql("""
        INSERT INTO billing.price (model, region, token_class, currency, effective, pico_per_token)
        SELECT model, region, class, 'USD', '[2026-01-01T00:00:00Z,)', price * factor
        FROM (VALUES ('*', 'far', 4), ('own', '*', 2), ('both', '*', 2), ('both', 'far', 1))
            AS place(model, region, factor),
          (VALUES ('INPUT', 1000000), ('OUTPUT', 2000000)) AS list(class, price)
        """).update();
    house.catalogue.refresh();
  }

  @AfterAll
  static void theBooksAgree() {
    try (var closing = house) {
      assertThat(closing.reconciliation.differences()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
      # what                                          | steps                                                     | settled             | left
      # --- the worked example: 10M input and 10M output tokens
      pay-as-you-go costs $90                         | paid topup:90 run:10M+0+10M                               | 90 0 0              | 0 0 -
      packs cost $72 for 30M pack tokens              | paid topup:72 frombalance:30M run:10M+0+10M               | 0 0 30000000        | 0 0 0
      enterprise costs $63                            | enterprise topup:63 run:10M+0+10M                         | 63 0 0              | 0 0 -
      # --- pay-as-you-go
      one input token                                 | paid topup:1 run:1+0+0                                    | 0.000003 0 0        | 0.999997 0 -
      one cached token                                | paid topup:1 run:0+1+0                                    | 0.0000003 0 0       | 0.9999997 0 -
      one output token                                | paid topup:1 run:0+0+1                                    | 0.000006 0 0        | 0.999994 0 -
      cached tokens are a subset of the prompt        | paid topup:1 run:100+900+10                               | 0.00063 0 0         | 0.99937 0 -
      a fully cached prompt                           | paid topup:1 run:0+1000+1                                 | 0.000306 0 0        | 0.999694 0 -
      the last token that the balance covers          | paid topup:0.000006 run:0+0+1                             | 0.000006 0 0        | 0 0 -
      one pico-unit short of a token                  | paid topup:0.000005999999 refused:INSUFFICIENT_BALANCE=0+0+1 | 0 0 0            | 0.000005999999 0 -
      # --- the free allowance
      the allowance counts raw tokens                 | payg run:50k+30k+20k                                      | 0 100000 0          | 0 0 -
      a cached token counts as one                    | payg run:0+1000+0                                         | 0 1000 0            | 0 99000 -
      the last free token                             | payg run:99999+0+0 run:0+0+1                              | 0 100000 0          | 0 0 -
      one token past the allowance                    | payg topup:1 run:99999+0+2                                | 0.000006 100000 0   | 0.999994 0 -
      the allowance ends within the input             | payg topup:1 run:99990+0+0 run:20+0+10                    | 0.00009 100000 0    | 0.99991 0 -
      the allowance ends within the cached input      | payg topup:1 run:99990+0+0 run:5+10+0                     | 0.0000015 100000 0  | 0.9999985 0 -
      the allowance ends between input and output     | payg topup:1 run:99990+0+0 run:10+0+10                    | 0.00006 100000 0    | 0.99994 0 -
      the allowance ends within the output            | payg topup:1 run:99990+0+0 run:5+0+10                     | 0.00003 100000 0    | 0.99997 0 -
      past the allowance and without money            | payg run:99999+0+1 refused:INSUFFICIENT_BALANCE=0+0+1      | 0 100000 0          | 0 0 -
      # --- packs
      an input token deducts 1                        | paid pack:1M run:1+0+0                                    | 0 0 1               | 0 0 999999
      an output token deducts 2                       | paid pack:1M run:0+0+1                                    | 0 0 2               | 0 0 999998
      a cached token deducts a tenth                  | paid pack:1M run:0+1+0                                    | 0 0 0.1             | 0 0 999999.9
      all classes at once                             | paid pack:1M run:100+900+10                               | 0 0 210             | 0 0 999790
      a pack is drawn after the allowance             | payg pack:1M topup:1 run:100k+0+10                        | 0 100000 20         | 1 0 999980
      a pack is drawn before money                    | paid topup:1 pack:1M run:10+0+10                          | 0 0 30              | 1 0 999970
      allowance, then pack and money in one request   | payg topup:9 pack:1M run:100k+0+0 run:900k+0+60k          | 0.06 100000 1000000 | 8.94 0 0
      what one output token leaves serves an input token | paid topup:1 pack:1M run:999999+0+1 run:1+0+0          | 0.000006 0 1000000  | 0.999994 0 0
      cheap tokens leave the pack to later tokens     | paid topup:9 pack:1M run:0+2M+0                           | 0 0 200000          | 9 0 800000
      cached tokens use a pack up before money        | paid topup:90 pack:1M run:900k+2M+0                       | 0.3 0 1000000       | 89.7 0 0
      the pack that expires first is drawn first      | at:2026-11-15T12:00:00Z paid pack:1M at:2026-11-16T12:00:00Z pack:2M run:500k+0+0 | 0 0 500000 | 0 0 500000,2000000
      two packs end in one request                    | paid topup:9 pack:1M pack:1M run:2M+0+100k                | 0.6 0 2000000       | 8.4 0 0,0
      fall through to money when packs are empty      | paid topup:4 pack:1M run:1M+0+0 run:1M+0+0                | 3 0 1000000         | 1 0 0
      fall-through off: the last pack token           | paid topup:3 fallthrough:off pack:1M run:999998+0+1       | 0 0 1000000         | 3 0 0
      fall-through off: refused when packs are empty  | paid topup:3 fallthrough:off pack:1M run:999998+0+1 refused:INSUFFICIENT_BALANCE=1+0+1 | 0 0 1000000 | 3 0 0
      fall-through off: the allowance still serves    | payg topup:3 fallthrough:off run:10+0+10 refused:INSUFFICIENT_BALANCE=200k+0+1 | 0 20 0 | 3 99980 -
      fall-through switched on again                  | paid topup:4 fallthrough:off refused:INSUFFICIENT_BALANCE=1+0+1 fallthrough:on run:1M+0+0 | 3 0 0 | 1 0 -
      # --- money packs
      $50 buy 20,833,333 pack tokens                  | paid moneypack:50 run:10M+0+0                             | 0 0 10000000        | 0 0 10833333
      $50.01 buy 20,837,500                           | paid moneypack:50.01 run:1+0+0                            | 0 0 1               | 0 0 20837499
      a money pack and a token pack                   | paid pack:1M moneypack:50 run:2M+0+0                      | 0 0 2000000         | 0 0 0,19833333
      # --- expiry of packs
      valid until the last millisecond of 12 months   | at:2026-11-15T12:00:00Z paid pack:1M at:2027-11-15T11:59:59.999Z run:1+0+0 | 0 0 1 | 0 0 999999
      not valid any more after 12 months              | at:2026-11-15T12:00:00Z paid pack:1M at:2027-11-15T12:00:00Z refused:INSUFFICIENT_BALANCE=1+0+1 | 0 0 0 | 0 0 1000000
      twelve months by the calendar of Kiritimati     | at:2027-02-28T11:00:00Z paid:Pacific/Kiritimati pack:1M at:2028-02-29T10:59:59.999Z run:1+0+0 | 0 0 1 | 0 0 999999
      a leap day's pack ends on the 28th              | at:2028-02-29T12:00:00Z paid pack:1M at:2029-02-28T12:00:00Z refused:INSUFFICIENT_BALANCE=1+0+1 | 0 0 0 | 0 0 1000000
      two packs expire while one request runs         | at:2026-11-15T12:00:00Z paid pack:1M pack:1M at:2027-11-15T11:59:59.999Z hold:a=1500k+0+100k at:2027-11-15T12:00:00Z settle:a=1500k+0+100k | 0 0 1700000 | 0 0 0,300000
      money serves once packs have expired            | at:2026-11-15T12:00:00Z paid topup:1 pack:1M at:2027-11-15T12:00:00Z run:1+0+0 | 0.000003 0 0 | 0.999997 0 1000000
      # --- enterprise and change of contract
      enterprise: cached tokens at 30 % off           | enterprise topup:1 run:100+900+10                         | 0.000441 0 0        | 0.999559 0 -
      enterprise has no free allowance                | enterprise refused:INSUFFICIENT_BALANCE=1+0+1             | 0 0 0               | 0 0 -
      enterprise draws packs at their own coefficients | enterprise topup:1 pack:1M run:100+900+10                | 0 0 210             | 1 0 999790
      a change of contract does not touch what is settled | payg topup:9 run:100k+0+0 run:1M+0+0 enterprise run:1M+0+0 | 5.1 100000 0    | 3.9 0 -
      a running request keeps its contract            | paid topup:9 hold:a=1M+0+10 enterprise settle:a=1M+0+10 run:1M+0+0 | 5.10006 0 0 | 3.89994 0 -
      a change of contract ends the allowance         | payg topup:9 run:10+0+10 enterprise run:1000+0+0          | 0.0021 20 0         | 8.9979 99980 -
      # --- CNY
      pay-as-you-go in CNY                            | paid:,CNY topup:100 run:10M+0+10M                         | 100 0 0             | 0 0 -
      cached tokens in CNY                            | paid:,CNY topup:1 run:100+900+10                          | 0.00046 0 0         | 0.99954 0 -
      enterprise in CNY                               | enterprise:,CNY topup:70 run:10M+0+10M                    | 70 0 0              | 0 0 -
      an output token in CNY deducts 4                | paid:,CNY topup:80 frombalance:50M run:10M+0+10M          | 0 0 50000000        | 0 0 0
      a money pack in CNY                             | paid:,CNY moneypack:300 run:1+0+0                         | 0 0 1               | 0 0 187499999
      dollars do not pay for a contract in CNY        | paid topup:5 enterprise:,CNY refused:INSUFFICIENT_BALANCE=1+0+1 | 0 0 0         | 0 0 -
      # --- time bands: 16 November 2026 is a Monday
      the last millisecond before the band            | model:night paid topup:1 at:2026-11-16T16:29:59.999Z run:1000+0+100 | 0.0036 0 0 | 0.9964 0 -
      the first instant of the band                   | model:night paid topup:1 at:2026-11-16T16:30:00Z run:1000+0+100 | 0.0018 0 0   | 0.9982 0 -
      a band goes on over midnight in UTC             | model:night paid topup:1 at:2026-11-17T00:00:00Z run:1000+0+100 | 0.0018 0 0   | 0.9982 0 -
      a band changes at midnight in UTC               | model:monday paid topup:1 at:2026-11-16T23:59:59.999Z hold:a=1000+0+100 hold:b=1000+0+100 settle:a=1000+0+100 at:2026-11-17T00:00:00Z settle:b=1000+0+100 | 0.0054 0 0 | 0.9946 0 -
      a band begins at midnight in UTC                | model:monday paid topup:1 at:2026-11-15T23:59:59.999Z hold:a=1000+0+100 at:2026-11-16T00:00:00Z settle:a=1000+0+100 | 0.0018 0 0 | 0.9982 0 -
      the band is over after half past midnight       | model:night paid topup:1 at:2026-11-17T00:30:00Z run:1000+0+100 | 0.0036 0 0   | 0.9964 0 -
      not on another weekday                          | model:night paid topup:1 at:2026-11-18T17:00:00Z run:1000+0+100 | 0.0036 0 0   | 0.9964 0 -
      held at the dearest price before the deadline   | model:night paid topup:0.000006 at:2026-11-17T00:25:00Z refused:INSUFFICIENT_BALANCE=1+0+1 | 0 0 0 | 0.000006 0 -
      held at half the price well within the band     | model:night paid topup:0.000006 at:2026-11-16T20:00:00Z run:1+0+1 | 0.0000045 0 0 | 0.0000015 0 -
      a band ends with its validity                   | model:night paid topup:1 at:2026-12-21T17:00:00Z run:1000+0+100 | 0.0036 0 0   | 0.9964 0 -
      packs deduct half in the band                   | model:night paid pack:1M at:2026-11-16T20:00:00Z run:100+100+100 | 0 0 155     | 0 0 999845
      enterprise: 30 % off half the price             | model:night enterprise topup:1 at:2026-11-16T20:00:00Z run:1000+0+100 | 0.00126 0 0 | 0.99874 0 -
      # --- regions
      a region's own price                            | region:far paid topup:1 run:1000+0+100                    | 0.0048 0 0          | 0.9952 0 -
      a model's own price beats the region's          | model:own region:far paid topup:1 run:1000+0+100          | 0.0024 0 0          | 0.9976 0 -
      a model's price in the region beats both        | model:both region:far paid topup:1 run:1000+0+100         | 0.0012 0 0          | 0.9988 0 -
      # --- billing months
      the allowance starts anew at midnight in UTC    | payg at:2026-11-30T23:59:59.999Z run:60k+0+0 at:2026-12-01T00:00:00Z run:60k+0+0 | 0 120000 0 | 0 40000 -
      the allowance starts anew in UTC+14             | payg:Pacific/Kiritimati at:2026-11-30T09:59:59.999Z run:60k+0+0 at:2026-11-30T10:00:00Z run:60k+0+0 | 0 120000 0 | 0 40000 -
      the allowance starts anew in UTC-12             | payg:-12:00 at:2026-12-01T11:59:59.999Z run:60k+0+0 at:2026-12-01T12:00:00Z run:60k+0+0 | 0 120000 0 | 0 40000 -
      not at midnight in UTC where the zone is UTC-12 | payg:-12:00 topup:1 at:2026-11-30T23:59:59.999Z run:60k+0+0 at:2026-12-01T00:00:00Z run:60k+0+0 | 0.06 100000 0 | 0.94 0 -
      not at midnight in UTC where the zone is UTC+14 | payg:Pacific/Kiritimati topup:1 at:2026-11-30T23:59:59.999Z run:60k+0+0 at:2026-12-01T00:00:00Z run:60k+0+0 | 0.06 100000 0 | 0.94 0 -
      a request belongs to the month of its arrival   | payg topup:1 at:2026-11-30T23:59:59.999Z hold:a=60k+0+10 at:2026-12-01T00:00:00Z settle:a=60k+0+10 run:100k+0+0 | 0 160010 0 | 1 0 -
      """)
  void cost(String what, String steps, String settled, String left) {
    var scenario = new Scenario(house, instance).play("at:2026-11-15T12:00:00Z").play(steps);
    assertThat(scenario.settled()).as("settled").isEqualTo(settled);
    assertThat(scenario.left()).as("left").isEqualTo(left);
  }
}
