package dev.tollgate.gateway.pipeline;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bounds of one request.
 *
 * @param prepareTimeout for counting the prompt's tokens
 * @param stallTimeout without any event from the backend, queueing and prompt processing included
 * @param silenceTimeout without a word about an answer that has begun and may go on, after which it goes on at another
 *     backend, if there is one
 * @param resumeWithin how long an answer may stand still between backends: without any by then it breaks, and one that
 *     goes on with it slowly is left in time for the next, if there is one
 * @param requestTimeout for the whole answer; it ends there as if its token limit were reached
 * @param maxConcurrentRequests answers under way on this instance
 */
@ConfigurationProperties("tollgate.requests")
record PipelineProperties(@DefaultValue("10s") Duration prepareTimeout,
    @DefaultValue("60s") Duration stallTimeout, @DefaultValue("8s") Duration silenceTimeout,
    @DefaultValue("15s") Duration resumeWithin, @DefaultValue("15m") Duration requestTimeout,
    @DefaultValue("4096") int maxConcurrentRequests) {}
