-- Credit that nothing is payable for pays for what the balance paid for, and goes back to it.

COMMENT ON COLUMN billing.invoice.released_pico IS
  'Drawn from the tenant''s money, on credit or not, and paid for by credits on this document: it has gone back to the money';
