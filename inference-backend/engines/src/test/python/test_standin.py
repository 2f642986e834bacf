"""Tests of the stand-in for TensorRT-LLM that the profile triton uses under a real Triton server."""

import asyncio
import json
import unittest

import tensorrt_llm
from tensorrt_llm.llmapi import GuidedDecodingParams, SamplingParams


class StandInTest(unittest.TestCase):

    def answer(self, lines, params, salt="tenant", abort_after=None):
        """All outputs of one request, and what the token server was told."""
        heard = []

        async def serve(reader, writer):
            heard.append((json.loads(await reader.readline()), (await reader.readline()).decode()))
            writer.write(lines.encode())
            if abort_after is not None:
                await reader.read()
            writer.close()
            await writer.wait_closed()

        async def run():
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            llm = tensorrt_llm.LLM(model="/weights", standin_port=server.sockets[0].getsockname()[1], max_batch_size=8)
            promise = llm.generate_async({"prompt_token_ids": [4, 5]}, sampling_params=params, streaming=True, cache_salt=salt)
            outputs = []
            async for output in promise:
                outputs.append(output)
                if len(outputs) == abort_after:
                    promise.abort()
            server.close()
            await server.wait_closed()
            return outputs

        return asyncio.run(asyncio.wait_for(run(), 10)), heard

    def test_gives_the_servers_tokens_as_tensorrt_llm_does(self):
        outputs, heard = self.answer("C3\nT7\nT8\nE1\n", SamplingParams(
            max_tokens=5, seed=9, end_id=1, top_k=1, guided_decoding=GuidedDecodingParams(json="{}"), embedding_bias=[0, -2]))
        self.assertEqual([[7], [7, 8], [7, 8]], [output.outputs[0].token_ids for output in outputs])
        self.assertEqual(("stop", True, 3), (outputs[-1].outputs[0].finish_reason, outputs[-1].finished,
                                             outputs[-1].cached_tokens))
        told, prompt = heard[0]
        self.assertEqual("4 5\n", prompt)
        self.assertEqual({"max_tokens": 5, "seed": 9, "ignore_end": False, "cache_salt": "tenant", "frequency_penalty": 0,
                          "presence_penalty": 0, "temperature": 0, "logit_bias": {"1": -2.0}, "guide_json": "{}"}, told)

    def test_ends_what_is_aborted(self):
        outputs, _ = self.answer("T7\n", SamplingParams(max_tokens=5, seed=9, temperature=0.5), abort_after=1)
        self.assertEqual(("cancelled", [7]), (outputs[-1].outputs[0].finish_reason, outputs[-1].outputs[0].token_ids))

    def test_fails_where_the_server_ends_early(self):
        with self.assertRaisesRegex(RuntimeError, "ended the connection"):
            self.answer("T7\n", SamplingParams(max_tokens=5, seed=9))

    def test_breaks_when_it_is_told_to(self):
        with self.assertRaisesRegex(RuntimeError, "the model broke"):
            self.answer("E1\n", SamplingParams(max_tokens=5, seed=9), salt="standin-error")
        with self.assertRaisesRegex(RuntimeError, "out of memory"):
            tensorrt_llm.LLM(model="/weights", standin_fault="memory")

    def test_stays_in_trouble_for_some_requests_and_recovers(self):
        async def ask(llm, salt):
            promise = llm.generate_async({"prompt_token_ids": [1]}, SamplingParams(max_tokens=1, seed=1), True, salt)
            try:
                return [output async for output in promise][-1].outputs[0].token_ids
            except RuntimeError as failure:
                return str(failure)

        async def run(salt, times):
            llm = tensorrt_llm.LLM(model="/weights")
            return [await ask(llm, salt if time == 0 else "tenant") for time in range(times)]

        memory, dead = "CUDA out of memory. Tried to allocate 2 GiB", "Stub process 'tollgate_0_0' is not healthy."
        self.assertEqual([memory, memory, [301]], asyncio.run(run("standin-memory", 3)))
        self.assertEqual([dead, dead, dead, [301]], asyncio.run(run("standin-dead", 4)))

    def test_makes_tokens_up_without_a_server(self):
        async def run():
            llm = tensorrt_llm.LLM(model="/weights")
            promise = llm.generate_async({"prompt_token_ids": [1]}, SamplingParams(max_tokens=2, seed=1), True)
            return [output async for output in promise]

        outputs = asyncio.run(run())
        self.assertEqual(([301, 302], "length"), (outputs[-1].outputs[0].token_ids, outputs[-1].outputs[0].finish_reason))


if __name__ == "__main__":
    unittest.main()
