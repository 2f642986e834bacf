package dev.tollgate.gateway.console.figures;

import dev.tollgate.gateway.console.PagesRole;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the operator's GPUs cost, as it says itself. */
@Component
@PagesRole
public class GpuCosts {

  private static final int HOURS = 24;

  private final JdbcClient jdbc;

  GpuCosts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * What holds from a day on, until the next one begins.
   *
   * @param picoPerGpuHour in 10⁻¹² of the currency
   */
  public record GpuCost(LocalDate from, int gpus, String currency, long picoPerGpuHour) {

    BigInteger ofOneDay() {
      return BigInteger.valueOf(picoPerGpuHour).multiply(BigInteger.valueOf((long) gpus * HOURS));
    }
  }

  /** All of them, the latest first. */
  public List<GpuCost> all() {
    return jdbc
        .sql("SELECT from_day, gpus, currency, pico_per_gpu_hour FROM gateway.gpu_cost ORDER BY 1 DESC")
        .query(
            (row, number) -> new GpuCost(row.getObject(1, LocalDate.class), row.getInt(2), row.getString(3),
                row.getLong(4)))
        .list();
  }

  /** Says what holds from a day on; what was said for the same day before is replaced. */
  public void set(GpuCost cost) {
    jdbc.sql("""
        INSERT INTO gateway.gpu_cost (from_day, gpus, currency, pico_per_gpu_hour)
        VALUES (:from, :gpus, :currency, :pico) ON CONFLICT (from_day) DO UPDATE SET gpus = excluded.gpus,
          currency = excluded.currency, pico_per_gpu_hour = excluded.pico_per_gpu_hour
        """).param("from", cost.from()).param("gpus", cost.gpus()).param("currency", cost.currency())
        .param("pico", cost.picoPerGpuHour()).update();
  }

  /** What all GPUs cost over a span of days, in one currency; 0 where nothing is said in it. */
  public BigInteger between(LocalDate from, LocalDate until, String currency) {
    List<GpuCost> all = all();
    BigInteger cost = BigInteger.ZERO;
    for (LocalDate each = from; each.isBefore(until); each = each.plusDays(1)) {
      LocalDate day = each;
      cost = cost.add(all.stream().filter(one -> !one.from().isAfter(day)).findFirst()
          .filter(one -> one.currency().equals(currency)).map(GpuCost::ofOneDay).orElse(BigInteger.ZERO));
    }
    return cost;
  }
}
