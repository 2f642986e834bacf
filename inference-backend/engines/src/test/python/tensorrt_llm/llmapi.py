"""The parameters that model.py passes, told again in the words of the test's token server."""

VOCABULARY = 1 << 17
SAME = ("top_p", "min_p", "repetition_penalty")


class GuidedDecodingParams:

    def __init__(self, json=None, grammar=None, json_object=False):
        self.json, self.grammar, self.json_object = json, grammar, json_object


class SamplingParams:

    def __init__(self, max_tokens, seed, ignore_eos=False, guided_decoding=None, embedding_bias=None, **more):
        self.max_tokens, self.seed, self.ignore_eos = max_tokens, seed, ignore_eos
        self.guide, self.bias, self.more = guided_decoding, embedding_bias, more

    def told(self, salt):
        told = {
            "max_tokens": self.max_tokens,
            "seed": self.seed,
            "ignore_end": self.ignore_eos,
            "cache_salt": salt,
            "frequency_penalty": self.more.get("frequency_penalty", 0),
            "presence_penalty": self.more.get("presence_penalty", 0),
        }
        if "temperature" in self.more:
            told["temperature"] = self.more["temperature"]
            if "top_k" in self.more:
                told["top_k"] = self.more["top_k"]
        elif self.more.get("top_k") == 1:
            told["temperature"] = 0
        told.update({name: self.more[name] for name in SAME if name in self.more})
        if self.bias is not None:
            told["logit_bias"] = {str(i): float(v) for i, v in enumerate(self.bias) if v != 0}
        if self.guide is not None:
            for field, name in (("json", "guide_json"), ("grammar", "guide_grammar")):
                if getattr(self.guide, field) is not None:
                    told[name] = getattr(self.guide, field)
            if self.guide.json_object:
                told["guide_json_object"] = True
        return told
