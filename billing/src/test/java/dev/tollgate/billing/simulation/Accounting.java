package dev.tollgate.billing.simulation;

import dev.tollgate.billing.funds.FundsView;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.billing.simulation.Books.Kind;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;

/** The sums that must agree: what usage drew, what was transferred, balances and leases. */
final class Accounting {

  private final World world;
  private final Map<Long, Long> used = new HashMap<>();

  Accounting(World world) {
    this.world = world;
  }

  /** A row of usage draws on an account. */
  void uses(long account, long amount) {
    used.merge(account, amount, Math::addExact);
  }

  /** Never overspent, every lease accounted for, and usage, ledger and balance the same. */
  void check(Fund fund) {
    Books books = world.platform().books();
    if (fund.leased() != books.grantedInAll(fund.account) || fund.free() < 0
        || (fund.kind.compareTo(Kind.MONEY) < 0 && fund.balance() < 0)) {
      throw new Violation("Account %d: balance %d, credit %d, leased %d, granted %d".formatted(fund.account,
          fund.balance(), fund.creditLimit(), fund.leased(), books.grantedInAll(fund.account)));
    }
    long drawn = books.posted(fund.account, "USAGE") + books.posted(fund.account, "USAGE_LATE");
    long allowance = books.posted(fund.account, "ALLOWANCE");
    long paid = books.posted(fund.account, "TOP_UP") + allowance + books.posted(fund.account, "PACK_SALE");
    long spent = books.posted(fund.account, "PACK_PAYMENT") + books.posted(fund.account, "PACK_EXPIRY")
        + books.posted(fund.account, "BUDGET_OPENING");
    if (fund.balance() != paid - spent - drawn || used.getOrDefault(fund.account, 0L) != drawn
        + books.posted(fund.account, "USAGE_UNFUNDED")) {
      throw new Violation("Account %d: balance %d, paid in %d, spent %d, drawn %d, used %d".formatted(
          fund.account, fund.balance(), paid, spent, drawn, used.getOrDefault(fund.account, 0L)));
    }
    if (fund.kind == Kind.FREE_ALLOWANCE) {
      checkAllowance(fund, allowance);
    }
  }

  /** An allowance is what one contract gives, once for any instant. */
  private void checkAllowance(Fund fund, long granted) {
    boolean agreed = world.platform().contractsOf(fund.tenant).stream()
        .anyMatch(contract -> contract.freeTokensPerMonth() == granted);
    boolean alone = world.platform().books().fundsOf(fund.tenant).stream()
        .noneMatch(other -> other.kind == Kind.FREE_ALLOWANCE && other.account != fund.account
            && other.from.isBefore(fund.until) && fund.from.isBefore(other.until));
    if (granted != 0 && !(agreed && alone)) {
      throw new Violation(
          "Account %d: an allowance of %d that no contract gives, or a second one: %s".formatted(
              fund.account, granted, describe(fund.tenant)));
    }
  }

  /** Whoever is let in under a contract that has been known for a while finds its credit limit in force. */
  void checkLimit(Instance instance, TenantId tenant) {
    if (world.refusals().isKnown(instance, tenant)) {
      BigInteger agreed = world.platform().contractsOf(tenant).getLast().creditLimit();
      for (Fund fund : world.platform().books().fundsOf(tenant)) {
        if (fund.kind == Kind.MONEY && !agreed.equals(BigInteger.valueOf(fund.agreedLimit()))) {
          throw new Violation("Account %d: the contract agrees to a credit of %d, in force is %d; %s"
              .formatted(fund.account, agreed, fund.agreedLimit(), describe(tenant)));
        }
      }
    }
  }

  /** A tenant's funds in words, as the database and the instances have them. */
  String describe(TenantId tenant) {
    var words = new StringJoiner("; ");
    for (Fund fund : world.platform().books().fundsOf(tenant)) {
      words.add("%s %d %s valid from %s until %s: balance %d, credit %d, leased %d".formatted(fund.kind,
          fund.account, fund.subject, fund.from, fund.until, fund.balance(), fund.creditLimit(),
          fund.leased()));
    }
    for (Instance instance : world.instances()) {
      FundsView.look(instance.funds(), (of, account, granted, held, settling) -> {
        if (of.equals(tenant)) {
          words.add("instance %d has of %d granted %d, held %d, settling %d".formatted(instance.number(),
              account, granted, held, settling));
        }
      });
    }
    return words.toString();
  }

  /** When everything has ended and was healed, nothing is held, leased or in doubt. */
  void checkRest() {
    for (Instance instance : world.instances()) {
      if (instance.funds().openHolds() != 0) {
        throw new Violation("Instance %d has %d holds open".formatted(instance.number(),
            instance.funds().openHolds()));
      }
      FundsView.look(instance.funds(), (tenant, account, granted, held, settling) -> {
        if (held != 0 || settling != 0 || FundsView.isInDoubt(instance.funds(), tenant)) {
          throw new Violation(
              "Instance %d at rest holds %d of account %d, settling %d, in doubt: %s".formatted(
                  instance.number(), held, account, settling, FundsView.isInDoubt(instance.funds(), tenant)));
        }
      });
    }
    for (Fund fund : world.platform().books().funds()) {
      check(fund);
      if (fund.leased() != 0) {
        throw new Violation("Account %d at rest: %d are leased; %s".formatted(fund.account, fund.leased(),
            describe(fund.tenant)));
      }
    }
    for (long epoch : world.platform().books().instances().keySet()) {
      if (world.platform().registration(epoch).machine.isGone()) {
        throw new Violation("Epoch %d outlives its machine".formatted(epoch));
      }
    }
  }
}
