package dev.tollgate.gateway.admission.idempotency;

import dev.tollgate.billing.RequestId;
import dev.tollgate.gateway.admission.idempotency.JdbcIdempotencyStore.Holder;
import org.jspecify.annotations.Nullable;

/**
 * One run of a request that has claimed its Idempotency-Key. It ends once; what is called after that changes nothing.
 * Where the database is away, the ending is told to it later.
 */
public final class Attempt {

  private final IdempotencyKeys keys;
  private final Holder holder;
  private final RequestId request;
  private boolean ended;

  Attempt(IdempotencyKeys keys, Holder holder, RequestId request) {
    this.keys = keys;
    this.holder = holder;
    this.request = request;
  }

  /** What the request is billed under: that of the first attempt, where this one takes its place. */
  public RequestId requestId() {
    return request;
  }

  /**
   * The request is billed and its answer is complete. To be called before its last bytes leave.
   *
   * @param body null if it is too long to be kept
   */
  public void complete(String contentType, @Nullable KeptBody body) {
    end(body == null ? 0 : body.size(), store -> store.complete(holder, contentType, body));
  }

  /** The client left before the answer was complete, and is billed for what had come. */
  public void abandon() {
    end(0, store -> store.abandon(holder));
  }

  /**
   * This attempt was not billed: the key is free for another try. Where an earlier one may have been, the next try takes
   * its place in turn, or it would pay for all of what that one has paid a part of.
   */
  public void free() {
    boolean repeats = !request.equals(holder.attempt());
    if (repeats) {
      giveUp();
    } else {
      end(0, store -> store.free(holder));
    }
  }

  /** It is not certain that nothing was billed: whoever tries again does so under the same request id. */
  public void giveUp() {
    end(0, store -> store.giveUp(holder));
  }

  private void end(int bytes, IdempotencyKeys.Ending ending) {
    if (!ended) {
      ended = true;
      keys.tell(bytes, ending);
    }
  }
}
