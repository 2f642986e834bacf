// The two kinds of models that the stand-in serves: what a request asks, told as the JSON that the test's model reads, and
// how what comes back is put into tensors.

#pragma once

#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

#include "tensors.h"

namespace standin {

// Reads a number or a text out of flat JSON as our own engine writes it.
inline std::string Field(const std::string& json, const std::string& name) {
  size_t at = json.find("\"" + name + "\":");
  if (at == std::string::npos) return "";
  at += name.size() + 3;
  while (at < json.size() && json[at] == ' ') at++;
  if (json[at] == '"') return json.substr(at + 1, json.find('"', at + 1) - at - 1);
  return json.substr(at, json.find_first_of(",}", at) - at);
}

struct OutputTensor {
  const char* name;
  int type;
  std::vector<int64_t> shape;
  std::vector<int32_t> bits;
};

constexpr int kInt32 = 8;
constexpr int kFloat = 11;
constexpr int kStop = 1;

// Our own model.py: one JSON text beside the ids, and it says how an answer ended.
struct LlmApi {
  static std::string Options(const Values& values) { return values.Text("options"); }

  static std::vector<OutputTensor> Tensors(const std::vector<int32_t>& ids, int finish, int cached) {
    return {{"token_ids", kInt32, {static_cast<int64_t>(ids.size())}, ids},
            {"finish", kInt32, {1}, {finish}},
            {"cached_tokens", kInt32, {1}, {cached}}};
  }
};

// TensorRT-LLM's C++ backend: a tensor for everything; the end token comes with the last ids, and nothing says why it ended.
struct Executor {
  bool leaves_end_out = false;
  bool reuses_cache = false;
  bool guides = false;
  int tokens_per_block = 32;

  static std::string Options(const Values& values) {
    std::ostringstream json;
    json << std::setprecision(9) << "{\"max_tokens\": " << values.Number<int32_t>("request_output_len", 0)
         << ", \"seed\": " << values.Number<uint64_t>("seed", 0) << ", \"cache_salt\": \"\""
         << ", \"frequency_penalty\": " << values.Number<float>("frequency_penalty", 0)
         << ", \"presence_penalty\": " << values.Number<float>("presence_penalty", 0)
         << ", \"ignore_end\": " << (values.Number<int32_t>("end_id", -1) < 0 ? "true" : "false");
    int top_k = values.Number<int32_t>("runtime_top_k", 0);
    if (values.Has("temperature")) {
      json << ", \"temperature\": " << values.Number<float>("temperature", 0);
    } else if (top_k == 1) {
      json << ", \"temperature\": 0";
    }
    if (top_k > 0) json << ", \"top_k\": " << top_k;
    if (values.Has("runtime_top_p")) json << ", \"top_p\": " << values.Number<float>("runtime_top_p", 1);
    if (values.Has("repetition_penalty")) {
      json << ", \"repetition_penalty\": " << values.Number<float>("repetition_penalty", 1);
    }
    std::string guide = values.Text("guided_decoding_guide_type");
    if (guide == "json") json << ", \"guide_json_object\": true";
    if (guide == "json_schema") json << ", \"guide_json\": " << Quoted(values.Text("guided_decoding_guide"));
    if (guide == "ebnf_grammar") json << ", \"guide_grammar\": " << Quoted(values.Text("guided_decoding_guide"));
    json << "}";
    return json.str();
  }

  // What the real backend would answer otherwise than our engine reads it; empty if nothing.
  std::string Wrong(const Values& values) const {
    if (!values.Number<bool>("streaming", false) || !values.Number<bool>("exclude_input_in_output", false)) {
      return "answers are expected token by token, without their prompt";
    }
    if (!guides && values.Has("guided_decoding_guide_type")) {
      return "a request with guided decoding, where the model has no tokenizer's information";
    }
    size_t ids = values.Bytes("input_ids").size() / sizeof(int32_t);
    return static_cast<size_t>(values.Number<int32_t>("input_lengths", 0)) == ids ? "" : "input_lengths is not the prompt's";
  }

  std::vector<OutputTensor> Tensors(std::vector<int32_t> ids, int finish, int cached, int end_id) const {
    if (finish == kStop && !leaves_end_out) ids.push_back(end_id);
    int32_t count = static_cast<int32_t>(ids.size());
    // One more than is valid, as where beams differ in length.
    ids.push_back(0);
    return {{"output_ids", kInt32, {1, 1, count + 1}, ids},
            {"sequence_length", kInt32, {1, 1}, {count}},
            {"cum_log_probs", kFloat, {1, 1}, {0}},
            {"kv_cache_reused_blocks", kInt32, {1, 1}, {reuses_cache ? cached / tokens_per_block : 0}}};
  }

 private:
  static std::string Quoted(const std::string& text) {
    std::ostringstream quoted;
    quoted << '"';
    for (unsigned char c : text) {
      if (c == '"' || c == '\\') {
        quoted << '\\' << c;
      } else if (c < 0x20) {
        quoted << "\\u" << std::hex << std::setw(4) << std::setfill('0') << static_cast<int>(c) << std::dec;
      } else {
        quoted << c;
      }
    }
    quoted << '"';
    return quoted.str();
  }
};

}  // namespace standin
