// The inputs of a request, and what a model's configuration declares of them: what the real server checks before a backend
// sees a request.

#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace standin {

struct Input {
  int type = 0;
  std::vector<int64_t> shape;
  const void* data = nullptr;
  size_t bytes = 0;
};

using Inputs = std::map<std::string, Input>;

// An input that the request may leave out is absent from what was copied.
class Values {
 public:
  // Copies everything, so that the request's own memory may be gone afterwards.
  explicit Values(const Inputs& inputs) {
    for (const auto& [name, input] : inputs) {
      bytes_[name] = input.bytes == 0 ? "" : std::string(static_cast<const char*>(input.data), input.bytes);
    }
  }

  bool Has(const std::string& name) const { return bytes_.count(name) > 0; }

  const std::string& Bytes(const std::string& name) const { return bytes_.at(name); }

  template <typename T>
  T Number(const std::string& name, T absent) const {
    auto found = bytes_.find(name);
    if (found == bytes_.end() || found->second.size() < sizeof(T)) return absent;
    T value;
    memcpy(&value, found->second.data(), sizeof(T));
    return value;
  }

  // A string tensor of one element: its length comes first.
  std::string Text(const std::string& name) const {
    auto found = bytes_.find(name);
    return found == bytes_.end() || found->second.size() < 4 ? "" : found->second.substr(4);
  }

 private:
  std::map<std::string, std::string> bytes_;
};

// What config.pbtxt says.
class Declaration {
 public:
  static Declaration Read(std::istream& file) {
    std::stringstream text;
    text << file.rdbuf();
    Declaration read;
    read.text_ = text.str();
    std::string inputs = read.text_.substr(0, read.text_.find("output ["));
    for (size_t at = inputs.find("{ name: \""); at != std::string::npos; at = inputs.find("{ name: \"", at + 1)) {
      size_t name = at + 9, type = inputs.find("TYPE_", at) + 5, end = inputs.find("\n", at);
      std::string declared = inputs.substr(name, inputs.find('"', name) - name);
      read.types_[declared] = Code(inputs.substr(type, inputs.find(' ', type) - type));
      if (inputs.substr(at, end - at).find("optional: true") == std::string::npos) read.needed_.insert(declared);
    }
    return read;
  }

  bool Says(const std::string& what) const { return text_.find(what) != std::string::npos; }

  // Whether a parameter has this value.
  bool Sets(const std::string& key, const std::string& value) const {
    return Says("key: \"" + key + "\" value: { string_value: \"" + value + "\" }");
  }

  // A parameter's value; empty where there is none.
  std::string Parameter(const std::string& key) const {
    std::string begin = "key: \"" + key + "\" value: { string_value: \"";
    size_t at = text_.find(begin);
    if (at == std::string::npos) return "";
    at += begin.size();
    return text_.substr(at, text_.find('"', at) - at);
  }

  // Which parameter is missing that the C++ backend does not load a model without, be it empty; empty if none.
  std::string Missing() const {
    for (const std::string key : {"tokenizer_dir", "xgrammar_tokenizer_info_path", "guided_decoding_backend"}) {
      if (!Says("key: \"" + key + "\"")) return key;
    }
    return "";
  }

  // Why the server would not take these inputs; empty if it would.
  std::string Wrong(const Inputs& inputs) const {
    for (const auto& [name, input] : inputs) {
      auto declared = types_.find(name);
      if (declared == types_.end()) return "unexpected inference input '" + name + "' for model 'tollgate'";
      if (declared->second != input.type) return "inference input '" + name + "' has another data type than declared";
      if (!Fits(input)) return "inference input '" + name + "' has another size than its shape";
      if (!Says("max_batch_size: 0") && input.shape.at(0) != 1) return "inference input '" + name + "' is no batch of one";
    }
    for (const auto& name : needed_) {
      if (inputs.count(name) == 0) return "expected the input '" + name + "'";
    }
    return "";
  }

 private:
  static int Code(const std::string& type) {
    static const std::map<std::string, int> codes = {{"BOOL", 1}, {"UINT64", 5}, {"INT32", 8}, {"FP32", 11}, {"STRING", 13}};
    return codes.at(type);
  }

  static bool Fits(const Input& input) {
    static const std::map<int, size_t> sizes = {{1, 1}, {5, 8}, {8, 4}, {11, 4}};
    auto size = sizes.find(input.type);
    if (size == sizes.end()) return true;
    size_t elements = 1;
    for (int64_t length : input.shape) elements *= static_cast<size_t>(length);
    return elements * size->second == input.bytes;
  }

  std::string text_;
  std::map<std::string, int> types_;
  std::set<std::string> needed_;
};

}  // namespace standin
