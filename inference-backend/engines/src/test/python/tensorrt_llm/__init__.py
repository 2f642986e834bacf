"""A stand-in for TensorRT-LLM under a real Triton server: the tokens come from a server of the test's on "standin_port".

Used by the profile triton (see the engines' pom.xml): Triton, its Python backend and model.py are the real ones then, and no
GPU is needed. A request's cache salt switches faults on, as in the stand-in of Triton's library.
"""

import asyncio
import json
import os
import types

from . import llmapi

__all__ = ["LLM", "llmapi"]

# What a model in trouble says, and how many requests after the one with this salt fail by it.
TROUBLES = {"standin-memory": ("CUDA out of memory. Tried to allocate 2 GiB", 1),
            "standin-dead": ("Stub process 'tollgate_0_0' is not healthy.", 2)}
FAULTS = {"memory": "CUDA out of memory", "folder": "no such checkpoint"}


class LLM:

    def __init__(self, model, standin_port=0, standin_fault=None, **_):
        if standin_fault in FAULTS:
            raise RuntimeError(FAULTS[standin_fault])
        self.model, self.port = model, int(standin_port)
        self.tokenizer = types.SimpleNamespace(vocab_size=llmapi.VOCABULARY)
        self.trouble, self.failures_left = "", 0

    def generate_async(self, inputs, sampling_params, streaming, cache_salt=""):
        assert streaming
        return Promise(self, inputs["prompt_token_ids"], sampling_params, cache_salt)

    def fail_in_trouble(self, salt):
        if self.failures_left > 0:
            self.failures_left -= 1
            raise RuntimeError(self.trouble)
        if salt in TROUBLES:
            self.trouble, self.failures_left = TROUBLES[salt]
            raise RuntimeError(self.trouble)

    async def get_stats_async(self, timeout):
        yield {"kvCacheStats": {"usedNumBlocks": 1234, "maxNumBlocks": 4096, "tokensPerBlock": 1}}

    def shutdown(self):
        pass


class Promise:

    def __init__(self, llm, ids, params, salt):
        self.llm, self.port, self.ids, self.params, self.salt = llm, llm.port, ids, params, salt
        self.aborted = asyncio.Event()
        self.cached = 0

    def abort(self):
        self.aborted.set()

    async def __aiter__(self):
        self.llm.fail_in_trouble(self.salt)
        if self.salt == "standin-error":
            raise RuntimeError("the model broke")
        if self.salt == "standin-crash":
            os._exit(7)
        tokens = []
        async for line in self.lines():
            kind, value = line[:1], int(line[1:] or 0)
            if kind == "C":
                self.cached = value
            elif kind == "T":
                tokens.append(value)
                yield self.output(tokens, None)
            else:
                yield self.output(tokens, "stop" if value == 1 else "length")
                return
        yield self.output(tokens, "cancelled")

    async def lines(self):
        """What the server sends, until the request is aborted."""
        aborted = asyncio.ensure_future(self.aborted.wait())
        writer = None
        try:
            if self.salt == "standin-hang":
                await aborted
                return
            source = self.made_up() if self.port == 0 else None
            if source is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                prompt = " ".join(map(str, self.ids))
                writer.write((json.dumps(self.params.told(self.salt)) + "\n" + prompt + "\n").encode())
                await writer.drain()
            while not self.aborted.is_set():
                if source is not None:
                    line = next(source)
                    await asyncio.sleep(0)
                else:
                    read = asyncio.ensure_future(reader.readline())
                    await asyncio.wait([read, aborted], return_when=asyncio.FIRST_COMPLETED)
                    if not read.done():
                        read.cancel()
                        return
                    line = read.result().decode()
                    if not line:
                        raise RuntimeError("the token server ended the connection")
                yield line.strip()
        finally:
            aborted.cancel()
            if writer is not None:
                writer.close()
                await writer.wait_closed()

    def made_up(self):
        """Without a server, ids that follow from the prompt."""
        for i in range(self.params.max_tokens):
            yield "T%d" % (300 + (sum(self.ids) + i) % 1000)
        yield "E2"

    def output(self, tokens, reason):
        answer = types.SimpleNamespace(token_ids=list(tokens), finish_reason=reason)
        return types.SimpleNamespace(outputs=[answer], finished=reason is not None, cached_tokens=self.cached)
