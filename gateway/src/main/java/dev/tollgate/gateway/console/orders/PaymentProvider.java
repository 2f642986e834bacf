package dev.tollgate.gateway.console.orders;

/**
 * Who takes payments for orders and tells when one is there. A provider confirms through {@link PackOrders#paid}, once or
 * many times: an order is bought once.
 */
interface PaymentProvider {

  /** As orders name it: lower-case letters, digits and hyphens. */
  String name();

  /**
   * Begins to wait for the payment of an order. It is called inside the transaction that records the order.
   *
   * @return what the tenant is told to do, as the code of a message
   */
  String begin(PackOrder order);
}
