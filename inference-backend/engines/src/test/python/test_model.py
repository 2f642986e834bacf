"""Tests of model.py with stand-ins for Triton's Python backend, TensorRT-LLM and numpy: plain Python is enough."""

import asyncio
import importlib.util
import json
import os
import sys
import tempfile
import threading
import types
import unittest

MODEL = os.path.join(os.path.dirname(__file__), "..", "..", "main", "resources", "dev", "tollgate", "inference", "engine",
                     "tensorrtllm", "model.py")


class Array(list):
    def reshape(self, _):
        return self

    def tolist(self):
        return list(self)


class Tensor:
    def __init__(self, name, values):
        self.name, self.values = name, values

    def as_numpy(self):
        return Array(self.values)


class Sender:
    def __init__(self):
        self.sent, self.end = [], threading.Event()

    def send(self, response, flags=0):
        if self.end.is_set():
            raise AssertionError("sent after the end")
        self.sent.append(response)
        if flags:
            self.end.set()


class Request:
    def __init__(self, ids, **options):
        options = {"max_tokens": 5, "seed": 1, "end_ids": [1], **options}
        self.inputs = {"input_ids": Tensor("input_ids", ids), "options": Tensor("options", [json.dumps(options)])}
        self.sender, self.cancelled = Sender(), False

    def get_response_sender(self):
        return self.sender

    def is_cancelled(self):
        return self.cancelled

    def ids(self):
        return [token for answer in self.sender.sent if answer.tensors for token in answer.tensors["token_ids"]]

    def finish(self):
        return self.sender.sent[-1].tensors["finish"][0]


class Promise:
    """Gives its tokens one by one, each output holding all so far, as TensorRT-LLM does."""

    def __init__(self, llm, ids, params, more):
        self.ids, self.params, self.more, self.aborted, self.llm = ids, params, more, False, llm

    def abort(self):
        self.aborted = True

    async def __aiter__(self):
        if self.ids[0] == 666:
            raise RuntimeError("CUDA error:\n device-side assert")
        tokens = []
        count = self.params.max_tokens if self.ids[0] != 7 else 2
        for i in range(count):
            await asyncio.sleep(0.001)
            if self.aborted:
                yield self.output(tokens, "cancelled", True)
                return
            tokens.append(100 + i)
            last = i + 1 == count
            yield self.output(tokens, ("length" if self.ids[0] != 7 else "stop") if last else None, last)

    def output(self, tokens, reason, finished):
        answer = types.SimpleNamespace(token_ids=list(tokens), finish_reason=reason)
        return types.SimpleNamespace(outputs=[answer], finished=finished, cached_tokens=3)


class LLM:
    last = None

    def __init__(self, **arguments):
        if arguments["model"] == "/broken":
            raise RuntimeError("CUDA out of memory")
        self.arguments, self.promises, self.down = arguments, [], False
        self.tokenizer = types.SimpleNamespace(vocab_size=10)
        LLM.last = self

    def generate_async(self, inputs, sampling_params, streaming, **more):
        assert streaming
        promise = Promise(self, inputs["prompt_token_ids"], sampling_params, more)
        self.promises.append(promise)
        return promise

    async def get_stats_async(self, timeout):
        yield {"kvCacheStats": {"usedNumBlocks": 2, "maxNumBlocks": 10, "tokensPerBlock": 32}}

    def shutdown(self):
        self.down = True


class LLMWithPriorities(LLM):
    """As it is after 1.2."""

    def generate_async(self, inputs, sampling_params, streaming, priority=0.5, **more):
        return super().generate_async(inputs, sampling_params, streaming, priority=priority, **more)


class Gauge:
    known = {}

    def __init__(self, labels):
        self.labels = labels

    def set(self, value):
        Gauge.known[self.labels["kind"]] = value


class Family:
    GAUGE = 1

    def __init__(self, name, description, kind):
        self.name = name

    def Metric(self, labels):
        return Gauge(labels)


def load():
    class Parameters(types.SimpleNamespace):
        pass

    llmapi = types.ModuleType("tensorrt_llm.llmapi")
    llmapi.SamplingParams, llmapi.GuidedDecodingParams = Parameters, Parameters
    tensorrt_llm = types.ModuleType("tensorrt_llm")
    tensorrt_llm.LLM, tensorrt_llm.llmapi = LLM, llmapi
    backend = types.ModuleType("triton_python_backend_utils")
    backend.get_input_tensor_by_name = lambda request, name: request.inputs[name]
    backend.Tensor = lambda name, values: (name, values)
    backend.TritonError = str
    backend.TRITONSERVER_RESPONSE_COMPLETE_FINAL = 1
    backend.MetricFamily = Family
    backend.Logger = types.SimpleNamespace(log_verbose=lambda _: None)
    backend.InferenceResponse = lambda output_tensors=None, error=None: types.SimpleNamespace(
        tensors=dict(output_tensors) if output_tensors else None, error=error)
    numpy = types.ModuleType("numpy")
    numpy.int32, numpy.asarray = "int32", lambda values, dtype: list(values)
    torch = types.ModuleType("torch")
    torch.float32, torch.zeros = "float32", lambda size, dtype: [0.0] * size
    sys.modules.update({"tensorrt_llm": tensorrt_llm, "tensorrt_llm.llmapi": llmapi, "numpy": numpy, "torch": torch,
                        "triton_python_backend_utils": backend})
    spec = importlib.util.spec_from_file_location("model", MODEL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class ModelTest(unittest.TestCase):

    def setUp(self):
        self.module = load()
        self.folder = tempfile.TemporaryDirectory()
        os.mkdir(os.path.join(self.folder.name, "1"))
        self.configure({"model": "/weights", "tensor_parallel_size": 8})
        self.model = self.module.TritonPythonModel()

    def tearDown(self):
        self.folder.cleanup()

    def configure(self, arguments):
        with open(os.path.join(self.folder.name, "1", "llm.json"), "w", encoding="utf-8") as file:
            json.dump(arguments, file)

    def start(self):
        self.model.initialize({"model_repository": self.folder.name, "model_version": "1"})
        self.addCleanup(self.model.finalize)

    def ask(self, request):
        self.assertIsNone(self.model.execute([request]))
        self.assertTrue(request.sender.end.wait(10))
        return request

    def test_sends_only_what_is_new_and_how_it_ended(self):
        self.start()
        request = self.ask(Request([2, 3], cache_salt="tenant"))
        self.assertEqual([100, 101, 102, 103, 104], request.ids())
        self.assertEqual([[100], [101], [102], [103], [104]], [a.tensors["token_ids"] for a in request.sender.sent])
        self.assertEqual(self.module.LENGTH, request.finish())
        self.assertEqual([3], request.sender.sent[0].tensors["cached_tokens"])
        self.assertEqual({"cache_salt": "tenant"}, LLM.last.promises[0].more)
        self.assertEqual({"model": "/weights", "tensor_parallel_size": 8}, LLM.last.arguments)
        stopped = self.ask(Request([7]))
        self.assertEqual(([100, 101], self.module.STOP), (stopped.ids(), stopped.finish()))

    def test_passes_priorities_where_the_runtime_takes_them(self):
        sys.modules["tensorrt_llm"].LLM = LLMWithPriorities
        self.start()
        for priority in (-3, 0, 10):
            self.ask(Request([2], priority=priority))
        shares = [promise.more["priority"] for promise in LLM.last.promises]
        self.assertEqual(0.5, shares[1])
        self.assertTrue(0 < shares[0] < 0.5 < shares[2] < 1, shares)

    def test_aborts_what_is_cancelled(self):
        self.start()
        request = Request([2], max_tokens=100_000)
        self.model.execute([request])
        request.cancelled = True
        self.assertTrue(request.sender.end.wait(10))
        self.assertEqual(self.module.CANCELLED, request.finish())
        self.assertLess(len(request.ids()), 100_000)

    def test_tells_an_error_in_one_line_and_goes_on(self):
        self.start()
        failed = self.ask(Request([666]))
        self.assertEqual("CUDA error: device-side assert", failed.sender.sent[-1].error)
        self.assertEqual(5, len(self.ask(Request([2])).ids()))

    def test_lets_a_failed_start_be_heard(self):
        self.configure({"model": "/broken"})
        with self.assertRaisesRegex(RuntimeError, "out of memory"):
            self.model.initialize({"model_repository": self.folder.name, "model_version": "1"})

    def test_runs_many_side_by_side(self):
        self.start()
        requests = [Request([2 + i], max_tokens=1 + i % 20) for i in range(200)]
        self.model.execute(requests)
        for i, request in enumerate(requests):
            self.assertTrue(request.sender.end.wait(10))
            if i != 5:
                self.assertEqual(1 + i % 20, len(request.ids()))

    def test_maps_sampling(self):
        self.start()
        params = sys.modules["tensorrt_llm.llmapi"]
        options = {"max_tokens": 9, "seed": 4, "end_ids": [1, 2], "temperature": 0, "top_p": 0.5}
        greedy = self.module.sampling_arguments(options, params)
        self.assertEqual((1, 1, [2]), (greedy["top_k"], greedy["end_id"], greedy["stop_token_ids"]))
        self.assertNotIn("temperature", greedy)
        drawn = self.module.sampling_arguments({**options, "temperature": 0.7, "top_k": 40, "min_p": 0.1,
                                                "repetition_penalty": 1.2, "ignore_end": True}, params)
        self.assertEqual((0.7, 0.5, 40, 0.1, 1.2, -1, True),
                         tuple(drawn[n] for n in ("temperature", "top_p", "top_k", "min_p", "repetition_penalty",
                                                  "end_id", "ignore_eos")))
        for option, field, value in (("guide_json", "json", "{}"), ("guide_grammar", "grammar", "root ::= \"a\""),
                                     ("guide_json_object", "json_object", True)):
            guide = self.module.sampling_arguments({**options, option: value}, params)["guided_decoding"]
            self.assertEqual(value, getattr(guide, field))
        request = self.ask(Request([2], logit_bias={"3": -100}))
        self.assertEqual(-100, LLM.last.promises[-1].params.embedding_bias[3])
        self.assertEqual(5, len(request.ids()))

    def test_tells_the_cache_and_ends_cleanly(self):
        self.model.initialize({"model_repository": self.folder.name, "model_version": "1"})
        deadline = threading.Event()
        for _ in range(200):
            if Gauge.known.get("total"):
                break
            deadline.wait(0.02)
        self.assertEqual({"used": 64, "total": 320}, Gauge.known)
        self.model.finalize()
        self.assertTrue(LLM.last.down)


if __name__ == "__main__":
    unittest.main()
