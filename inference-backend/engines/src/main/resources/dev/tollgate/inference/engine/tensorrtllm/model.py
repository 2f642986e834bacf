"""Tollgate's model for Triton's Python backend: TensorRT-LLM's LLM API, token ids in, token-id deltas out.

Runs in a process of its own (the backend's stub), so that its death does not take the backend's process along. The
inputs are the ids and one JSON text with everything else; each response holds new ids, how the answer ended if it did
(0 goes on, 1 stop, 2 length, 3 cancelled) and how many of the prompt's tokens were found in the cache.
"""

import asyncio
import inspect
import json
import os
import threading

import numpy
import triton_python_backend_utils as pb_utils

GOES_ON, STOP, LENGTH, CANCELLED = 0, 1, 2, 3
CANCEL_CHECK_SECONDS = 0.02
STATISTICS_SECONDS = 1.0


def sampling_arguments(options, params):
    """The arguments of SamplingParams; `params` is the module that has it and GuidedDecodingParams."""
    temperature = options.get("temperature")
    greedy = temperature == 0
    arguments = {
        "max_tokens": options["max_tokens"],
        "seed": options["seed"],
        "detokenize": False,
        "add_special_tokens": False,
        "ignore_eos": bool(options.get("ignore_end")),
    }
    ends = options.get("end_ids") or []
    if ends:
        arguments["end_id"] = -1 if arguments["ignore_eos"] else ends[0]
        arguments["pad_id"] = ends[0]
        if not arguments["ignore_eos"] and len(ends) > 1:
            arguments["stop_token_ids"] = ends[1:]
    if greedy:
        arguments["top_k"] = 1
    else:
        if temperature is not None:
            arguments["temperature"] = temperature
        for name in ("top_p", "min_p"):
            if options.get(name) is not None:
                arguments[name] = options[name]
        if (options.get("top_k") or 0) > 0:
            arguments["top_k"] = options["top_k"]
    for name in ("frequency_penalty", "presence_penalty", "repetition_penalty"):
        if options.get(name):
            arguments[name] = options[name]
    guide = guided_decoding(options, params)
    if guide is not None:
        arguments["guided_decoding"] = guide
    return arguments


def guided_decoding(options, params):
    if options.get("guide_json") is not None:
        return params.GuidedDecodingParams(json=options["guide_json"])
    if options.get("guide_grammar") is not None:
        return params.GuidedDecodingParams(grammar=options["guide_grammar"])
    if options.get("guide_json_object"):
        return params.GuidedDecodingParams(json_object=True)
    return None


def embedding_bias(biases, vocabulary_size):
    """One number per token of the vocabulary, added to its score."""
    import torch

    bias = torch.zeros(vocabulary_size, dtype=torch.float32)
    for token, value in biases.items():
        bias[int(token)] = value
    return bias


def share_of_priority(priority):
    """Ours is any whole number, 0 the usual one; TensorRT-LLM's lies between 0 and 1, with 0.5 in the middle."""
    return 0.5 + priority / (2 * (abs(priority) + 1))


def ending(finish_reason):
    return {"stop": STOP, "length": LENGTH, "cancelled": CANCELLED, "timeout": CANCELLED}.get(finish_reason, GOES_ON)


class TritonPythonModel:

    def initialize(self, args):
        folder = os.path.join(args["model_repository"], args["model_version"])
        with open(os.path.join(folder, "llm.json"), encoding="utf-8") as file:
            arguments = json.load(file)
        import tensorrt_llm
        import tensorrt_llm.llmapi as llmapi

        self._llmapi = llmapi
        self._llm = tensorrt_llm.LLM(**arguments)
        self._takes_priority = "priority" in inspect.signature(self._llm.generate_async).parameters
        self._vocabulary_size = getattr(self._llm.tokenizer, "vocab_size", 0)
        self._gauges = Gauges()
        self._running = 0
        self._idle = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tollgate", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._watch(), self._loop)

    def execute(self, requests):
        for request in requests:
            with self._idle:
                self._running += 1
            asyncio.run_coroutine_threadsafe(self._answer(request, request.get_response_sender()), self._loop)
        return None

    def finalize(self):
        with self._idle:
            self._idle.wait_for(lambda: self._running == 0, timeout=30)
        asyncio.run_coroutine_threadsafe(self._end_tasks(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()
        self._llm.shutdown()

    async def _end_tasks(self):
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, request, sender):
        try:
            await self._generate(request, sender)
        except Exception as error:  # Whatever it was, the caller must hear of an end.
            sender.send(pb_utils.InferenceResponse(error=pb_utils.TritonError(one_line(error))),
                        flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
        finally:
            with self._idle:
                self._running -= 1
                self._idle.notify_all()

    async def _generate(self, request, sender):
        ids = pb_utils.get_input_tensor_by_name(request, "input_ids").as_numpy().reshape(-1).tolist()
        options = json.loads(pb_utils.get_input_tensor_by_name(request, "options").as_numpy().reshape(-1)[0])
        arguments = sampling_arguments(options, self._llmapi)
        if options.get("logit_bias"):
            arguments["embedding_bias"] = embedding_bias(options["logit_bias"], self._vocabulary_size)
        more = {"cache_salt": options["cache_salt"]} if options.get("cache_salt") else {}
        if self._takes_priority:
            more["priority"] = share_of_priority(options.get("priority", 0))
        promise = self._llm.generate_async({"prompt_token_ids": ids},
                                           sampling_params=self._llmapi.SamplingParams(**arguments),
                                           streaming=True, **more)
        watch = asyncio.ensure_future(self._cancel_when_asked(request, promise))
        try:
            await self._stream(promise, sender)
        finally:
            watch.cancel()

    async def _stream(self, promise, sender):
        sent = 0
        async for output in promise:
            answer = output.outputs[0]
            new = list(answer.token_ids[sent:])
            sent += len(new)
            end = ending(answer.finish_reason) if output.finished else GOES_ON
            if output.finished and end == GOES_ON:
                end = STOP
            sender.send(response(new, end, getattr(output, "cached_tokens", 0) or 0),
                        flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL if output.finished else 0)
            if output.finished:
                return
        sender.send(response([], CANCELLED, 0), flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)

    async def _cancel_when_asked(self, request, promise):
        while True:
            if request.is_cancelled():
                promise.abort()
                return
            await asyncio.sleep(CANCEL_CHECK_SECONDS)

    async def _watch(self):
        while True:
            try:
                async for statistics in self._llm.get_stats_async(timeout=STATISTICS_SECONDS):
                    self._gauges.tell(statistics)
            except Exception as error:
                pb_utils.Logger.log_verbose("no statistics: " + one_line(error))
            await asyncio.sleep(STATISTICS_SECONDS)


def response(ids, end, cached):
    return pb_utils.InferenceResponse(output_tensors=[
        pb_utils.Tensor("token_ids", numpy.asarray(ids, dtype=numpy.int32)),
        pb_utils.Tensor("finish", numpy.asarray([end], dtype=numpy.int32)),
        pb_utils.Tensor("cached_tokens", numpy.asarray([cached], dtype=numpy.int32)),
    ])


def one_line(error):
    return " ".join(str(error).split()) or type(error).__name__


class Gauges:
    """The KV cache's figures among Triton's metrics."""

    def __init__(self):
        family = pb_utils.MetricFamily(name="tollgate_kv_cache_tokens", description="tokens that the KV cache holds",
                                       kind=pb_utils.MetricFamily.GAUGE)
        self._used = family.Metric(labels={"kind": "used"})
        self._total = family.Metric(labels={"kind": "total"})
        self._family = family

    def tell(self, statistics):
        if isinstance(statistics, str):
            statistics = json.loads(statistics)
        cache = statistics.get("kvCacheStats")
        if cache:
            per_block = cache.get("tokensPerBlock", 0)
            self._used.set(cache.get("usedNumBlocks", 0) * per_block)
            self._total.set(cache.get("maxNumBlocks", 0) * per_block)
