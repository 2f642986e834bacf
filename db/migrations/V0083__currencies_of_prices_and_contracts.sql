-- A price book, a contract, a pack offer or a budget in a currency that no invoice can be written in stopped the close of
-- the month for all tenants. Invoices can be written in every currency that is in use now and that electronic invoices
-- know, in those that were used here already, and prices, contracts and budgets are in one of these.

INSERT INTO billing.currency (code, minor_digits) VALUES
  ('AED', 2), ('AFN', 2), ('ALL', 2), ('AMD', 2), ('AOA', 2), ('ARS', 2), ('AUD', 2), ('AWG', 2), ('AZN', 2),
  ('BAM', 2), ('BBD', 2), ('BDT', 2), ('BHD', 3), ('BIF', 0), ('BMD', 2), ('BND', 2), ('BOB', 2), ('BRL', 2),
  ('BSD', 2), ('BTN', 2), ('BWP', 2), ('BYN', 2), ('BZD', 2), ('CAD', 2), ('CDF', 2), ('CHF', 2), ('CLP', 0),
  ('CNY', 2), ('COP', 2), ('CRC', 2), ('CUP', 2), ('CVE', 2), ('CZK', 2), ('DJF', 0), ('DKK', 2), ('DOP', 2),
  ('DZD', 2), ('EGP', 2), ('ERN', 2), ('ETB', 2), ('EUR', 2), ('FJD', 2), ('FKP', 2), ('GBP', 2), ('GEL', 2),
  ('GHS', 2), ('GIP', 2), ('GMD', 2), ('GNF', 0), ('GTQ', 2), ('GYD', 2), ('HKD', 2), ('HNL', 2), ('HTG', 2),
  ('HUF', 2), ('IDR', 2), ('ILS', 2), ('INR', 2), ('IQD', 3), ('IRR', 2), ('ISK', 0), ('JMD', 2), ('JOD', 3),
  ('JPY', 0), ('KES', 2), ('KGS', 2), ('KHR', 2), ('KMF', 0), ('KPW', 2), ('KRW', 0), ('KWD', 3), ('KYD', 2),
  ('KZT', 2), ('LAK', 2), ('LBP', 2), ('LKR', 2), ('LRD', 2), ('LSL', 2), ('LYD', 3), ('MAD', 2), ('MDL', 2),
  ('MGA', 2), ('MKD', 2), ('MMK', 2), ('MNT', 2), ('MOP', 2), ('MRU', 2), ('MUR', 2), ('MVR', 2), ('MWK', 2),
  ('MXN', 2), ('MYR', 2), ('MZN', 2), ('NAD', 2), ('NGN', 2), ('NIO', 2), ('NOK', 2), ('NPR', 2), ('NZD', 2),
  ('OMR', 3), ('PAB', 2), ('PEN', 2), ('PGK', 2), ('PHP', 2), ('PKR', 2), ('PLN', 2), ('PYG', 0), ('QAR', 2),
  ('RON', 2), ('RSD', 2), ('RUB', 2), ('RWF', 0), ('SAR', 2), ('SBD', 2), ('SCR', 2), ('SDG', 2), ('SEK', 2),
  ('SGD', 2), ('SHP', 2), ('SLE', 2), ('SOS', 2), ('SRD', 2), ('SSP', 2), ('SVC', 2), ('SYP', 2), ('SZL', 2),
  ('THB', 2), ('TJS', 2), ('TMT', 2), ('TND', 3), ('TOP', 2), ('TRY', 2), ('TTD', 2), ('TWD', 2), ('TZS', 2),
  ('UAH', 2), ('UGX', 0), ('USD', 2), ('UYU', 2), ('UZS', 2), ('VES', 2), ('VND', 0), ('VUV', 0), ('WST', 2),
  ('XAF', 0), ('XCD', 2), ('XOF', 0), ('XPF', 0), ('YER', 2), ('ZAR', 2), ('ZMW', 2), ('ZWG', 2)
ON CONFLICT (code) DO NOTHING;

-- Funds, currencies of the past and those that electronic invoices do not know yet: a price book could be planned in them.
INSERT INTO billing.currency (code, minor_digits)
SELECT code, minor_digits FROM (VALUES
  ('ADP', 0), ('AFA', 2), ('ANG', 2), ('ATS', 2), ('AYM', 2), ('AZM', 2), ('BEF', 0), ('BGL', 2), ('BGN', 2),
  ('BOV', 2), ('BYB', 0), ('BYR', 0), ('CHE', 2), ('CHW', 2), ('CLF', 4), ('COU', 2), ('CSD', 2), ('CUC', 2),
  ('CYP', 2), ('DEM', 2), ('EEK', 2), ('ESP', 0), ('FIM', 2), ('FRF', 2), ('GHC', 2), ('GRD', 0), ('GWP', 2),
  ('HRK', 2), ('IEP', 2), ('ITL', 0), ('LTL', 2), ('LUF', 0), ('LVL', 2), ('MGF', 0), ('MRO', 2), ('MTL', 2),
  ('MXV', 2), ('MZM', 2), ('NLG', 2), ('PTE', 0), ('ROL', 0), ('RUR', 2), ('SDD', 2), ('SIT', 2), ('SKK', 2),
  ('SLL', 2), ('SRG', 2), ('STD', 2), ('STN', 2), ('TMM', 2), ('TPE', 0), ('TRL', 0), ('USN', 2), ('USS', 2),
  ('UYI', 0), ('VEB', 2), ('VED', 2), ('VEF', 2), ('XAD', 2), ('XCG', 2), ('YUM', 2), ('ZMK', 2), ('ZWD', 2),
  ('ZWL', 2), ('ZWN', 2), ('ZWR', 2)) AS rare(code, minor_digits)
WHERE code IN (
  SELECT currency FROM billing.price UNION SELECT currency FROM billing.time_band
  UNION SELECT currency FROM billing.pack_offer UNION SELECT currency FROM billing.contract
  UNION SELECT currency FROM billing.budget)
ON CONFLICT (code) DO NOTHING;

ALTER TABLE billing.price ADD FOREIGN KEY (currency) REFERENCES billing.currency;
ALTER TABLE billing.time_band ADD FOREIGN KEY (currency) REFERENCES billing.currency;
ALTER TABLE billing.pack_offer ADD FOREIGN KEY (currency) REFERENCES billing.currency;
ALTER TABLE billing.contract ADD FOREIGN KEY (currency) REFERENCES billing.currency;
ALTER TABLE billing.budget ADD FOREIGN KEY (currency) REFERENCES billing.currency;
