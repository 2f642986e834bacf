// A stand-in for libtritonserver.so, for tests on machines without a GPU: the part of the C API that Tollgate uses, with
// the ownership rules of the real one and a model that needs no hardware. Everything that the caller has to free is
// counted; the counts are in the metrics.
//
// The model sends token ids one response at a time (decoupled), in the tensors of the layout that the repository's
// configuration declares; inputs are checked against it. Where the repository's llm.json (of our model.py) or the engine's
// standin.json (of the C++ backend) names a "standin_port", the ids come from a server of the test's on that port; otherwise
// they follow from the prompt. A request's cache salt switches
// faults on: standin-error, standin-slow, standin-hang, standin-crash (of the library), and two after which the next
// requests fail, too, before the model is well again: standin-memory, standin-dead.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "layouts.h"
#include "tensors.h"

#define API extern "C" __attribute__((visibility("default")))

namespace {

constexpr int kFinal = 1;
constexpr int kReleaseAll = 1;
constexpr int kInvalidArgument = 3;
constexpr int kUnavailable = 4;
constexpr int kInternal = 1;

constexpr char kNoMemory[] = "CUDA out of memory. Tried to allocate 2 GiB";
constexpr char kDead[] = "Stub process 'tollgate_0_0' is not healthy.";

std::atomic<long> live_errors{0}, live_requests{0}, live_responses{0}, live_buffers{0}, live_options{0},
    live_metrics{0}, live_allocators{0}, running{0};

}  // namespace

struct TRITONSERVER_Error {
  int code;
  std::string message;
};

static TRITONSERVER_Error* Error(int code, const std::string& message) {
  live_errors++;
  return new TRITONSERVER_Error{code, message};
}

struct TRITONSERVER_ServerOptions {
  std::string repository, startup_model;
};

struct TRITONSERVER_Metrics {
  std::string text;
};

struct TRITONSERVER_ResponseAllocator {
  TRITONSERVER_Error* (*alloc)(TRITONSERVER_ResponseAllocator*, const char*, size_t, int, int64_t, void*, void**, void**,
                               int*, int64_t*);
  TRITONSERVER_Error* (*release)(TRITONSERVER_ResponseAllocator*, void*, void*, size_t, int, int64_t);
};

struct TRITONSERVER_Server {
  int port = 0;
  standin::Declaration declared;
  bool is_executor = false;
  standin::Executor executor;
  std::atomic<bool> stopping{false};
  std::atomic<int> failures_left{0};
  std::atomic<const char*> failure{nullptr};
};

namespace {

struct Output {
  std::string name;
  int type = 0;
  std::vector<int64_t> shape;
  void* buffer = nullptr;
  void* userp = nullptr;
  size_t bytes = 0;
};

// What a request and the responses to come share; it outlives the request object.
struct Exchange {
  std::atomic<bool> cancelled{false};
};

}  // namespace

struct TRITONSERVER_InferenceResponse {
  TRITONSERVER_ResponseAllocator* allocator = nullptr;
  TRITONSERVER_Error* error = nullptr;
  std::vector<Output> outputs;
};

struct TRITONSERVER_InferenceRequest {
  TRITONSERVER_Server* server = nullptr;
  standin::Inputs inputs;
  TRITONSERVER_ResponseAllocator* allocator = nullptr;
  void* allocator_userp = nullptr;
  void (*complete)(TRITONSERVER_InferenceResponse*, uint32_t, void*) = nullptr;
  void* complete_userp = nullptr;
  void (*release)(TRITONSERVER_InferenceRequest*, uint32_t, void*) = nullptr;
  void* release_userp = nullptr;
  std::shared_ptr<Exchange> exchange = std::make_shared<Exchange>();
};

namespace {

// Where a request's answer goes: copies of what the request said, so that the request itself may be gone.
struct Sender {
  const TRITONSERVER_Server* server;
  int end_id;
  TRITONSERVER_ResponseAllocator* allocator;
  void* allocator_userp;
  void (*complete)(TRITONSERVER_InferenceResponse*, uint32_t, void*);
  void* userp;

  void Add(TRITONSERVER_InferenceResponse* response, const standin::OutputTensor& tensor) const {
    Output output;
    output.name = tensor.name;
    output.type = tensor.type;
    output.shape = tensor.shape;
    output.bytes = tensor.bits.size() * sizeof(int32_t);
    int type = 2;
    int64_t type_id = 0;
    TRITONSERVER_Error* error = allocator->alloc(allocator, tensor.name, output.bytes, 0, 0, allocator_userp,
                                                 &output.buffer, &output.userp, &type, &type_id);
    if (error != nullptr || type != 0) abort();
    live_buffers++;
    if (output.bytes > 0) memcpy(output.buffer, tensor.bits.data(), output.bytes);
    response->outputs.push_back(output);
  }

  void Send(const std::vector<int32_t>& ids, int finish, int cached) const {
    live_responses++;
    auto* response = new TRITONSERVER_InferenceResponse;
    response->allocator = allocator;
    for (const auto& tensor : server->is_executor ? server->executor.Tensors(ids, finish, cached, end_id)
                                                  : standin::LlmApi::Tensors(ids, finish, cached)) {
      Add(response, tensor);
    }
    complete(response, finish != 0 ? kFinal : 0, userp);
  }

  void Fail(int code, const std::string& message) const {
    live_responses++;
    auto* response = new TRITONSERVER_InferenceResponse;
    response->allocator = allocator;
    response->error = Error(code, message);
    complete(response, kFinal, userp);
  }

  // A last word without a response, as the real server also sends it.
  void End() const { complete(nullptr, kFinal, userp); }
};

void FollowPrompt(const Sender& sender, const Exchange& exchange, const std::string& ids_bytes, int most, int delay_ms) {
  uint32_t sum = 17;
  for (unsigned char c : ids_bytes) sum = sum * 31 + c;
  int length = 5 + static_cast<int>(sum % 40);
  for (int i = 0; i < length && i < most; i++) {
    if (exchange.cancelled) {
      sender.End();
      return;
    }
    if (delay_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
    sender.Send({static_cast<int32_t>(300 + (sum + i * 7) % 500)}, 0, 0);
  }
  sender.Send({}, length <= most ? 1 : 2, 0);
}

void AskTest(const Sender& sender, const Exchange& exchange, int port, const std::string& ids_bytes,
             const std::string& options) {
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(connection);
    sender.Fail(kUnavailable, "the test's model is away");
    return;
  }
  std::ostringstream question;
  question << options << "\n";
  for (size_t at = 0; at + 4 <= ids_bytes.size(); at += 4) {
    int32_t id;
    memcpy(&id, ids_bytes.data() + at, 4);
    question << id << " ";
  }
  question << "\n";
  std::string text = question.str();
  for (size_t sent = 0; sent < text.size();) {
    ssize_t count = send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) break;
    sent += static_cast<size_t>(count);
  }
  timeval wait{0, 20000};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  std::string line;
  int cached = 0;
  char buffer[4096];
  while (!exchange.cancelled) {
    ssize_t count = recv(connection, buffer, sizeof buffer, 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) continue;
    if (count <= 0) break;
    for (ssize_t i = 0; i < count; i++) {
      if (buffer[i] != '\n') {
        line += buffer[i];
        continue;
      }
      int value = atoi(line.c_str() + 1);
      char kind = line[0];
      line.clear();
      if (kind == 'C') {
        cached = value;
      } else if (kind == 'T') {
        sender.Send({value}, 0, cached);
      } else {
        sender.Send({}, value, cached);
        close(connection);
        return;
      }
    }
  }
  close(connection);
  if (exchange.cancelled) {
    sender.End();
  } else {
    sender.Fail(kInternal, "the test's model broke off");
  }
}

// Fails this request, and so many after it.
void FailMany(TRITONSERVER_Server& server, const Sender& sender, const char* failure, int more) {
  server.failure = failure;
  server.failures_left = more;
  sender.Fail(kInternal, failure);
}

void Answer(TRITONSERVER_Server& server, Sender& sender, const Exchange& exchange, const standin::Values& values) {
  if (server.failures_left > 0) {
    server.failures_left--;
    sender.Fail(kInternal, server.failure.load());
    return;
  }
  if (server.is_executor) {
    sender.end_id = values.Number<int32_t>("end_id", -1);
    std::string wrong = server.executor.Wrong(values);
    if (!wrong.empty()) {
      sender.Fail(kInvalidArgument, wrong);
      return;
    }
  }
  const std::string& ids = values.Bytes("input_ids");
  std::string options = server.is_executor ? standin::Executor::Options(values) : standin::LlmApi::Options(values);
  std::string salt = standin::Field(options, "cache_salt");
  if (salt == "standin-crash") abort();
  if (salt == "standin-error") {
    sender.Send({301}, 0, 0);
    sender.Fail(kInternal, "the model broke");
  } else if (salt == "standin-memory") {
    FailMany(server, sender, kNoMemory, 1);
  } else if (salt == "standin-dead") {
    FailMany(server, sender, kDead, 2);
  } else if (salt == "standin-hang") {
    while (!exchange.cancelled && !server.stopping) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    sender.End();
  } else if (server.port != 0) {
    AskTest(sender, exchange, server.port, ids, options);
  } else {
    FollowPrompt(sender, exchange, ids, atoi(standin::Field(options, "max_tokens").c_str()),
                 salt == "standin-slow" ? 5 : 0);
  }
}

}  // namespace

API TRITONSERVER_Error* TRITONSERVER_ApiVersion(uint32_t* major, uint32_t* minor) {
  *major = 1;
  *minor = 34;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_ErrorNew(int code, const char* message) { return Error(code, message); }

API void TRITONSERVER_ErrorDelete(TRITONSERVER_Error* error) {
  live_errors--;
  delete error;
}

API int TRITONSERVER_ErrorCode(TRITONSERVER_Error* error) { return error->code; }

API const char* TRITONSERVER_ErrorMessage(TRITONSERVER_Error* error) { return error->message.c_str(); }

API TRITONSERVER_Error* TRITONSERVER_ServerOptionsNew(TRITONSERVER_ServerOptions** options) {
  live_options++;
  *options = new TRITONSERVER_ServerOptions;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_ServerOptionsDelete(TRITONSERVER_ServerOptions* options) {
  live_options--;
  delete options;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_ServerOptionsSetModelRepositoryPath(TRITONSERVER_ServerOptions* options,
                                                                         const char* path) {
  options->repository = path;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_ServerOptionsSetStartupModel(TRITONSERVER_ServerOptions* options,
                                                                  const char* model) {
  options->startup_model = model;
  return nullptr;
}

#define ACCEPTED(name, ...) \
  API TRITONSERVER_Error* TRITONSERVER_ServerOptions##name(TRITONSERVER_ServerOptions*, ##__VA_ARGS__) { return nullptr; }

ACCEPTED(SetServerId, const char*)
ACCEPTED(SetModelControlMode, int)
ACCEPTED(SetStrictModelConfig, bool)
ACCEPTED(SetExitOnError, bool)
ACCEPTED(SetStrictReadiness, bool)
ACCEPTED(SetExitTimeout, unsigned int)
ACCEPTED(SetLogInfo, bool)
ACCEPTED(SetLogWarn, bool)
ACCEPTED(SetLogError, bool)
ACCEPTED(SetMetrics, bool)
ACCEPTED(SetGpuMetrics, bool)
ACCEPTED(SetBackendDirectory, const char*)

API TRITONSERVER_Error* TRITONSERVER_ServerNew(TRITONSERVER_Server** server, TRITONSERVER_ServerOptions* options) {
  std::ifstream config(options->repository + "/" + options->startup_model + "/config.pbtxt");
  if (!config) return Error(kInvalidArgument, "failed to load '" + options->startup_model + "', no config.pbtxt");
  auto declared = standin::Declaration::Read(config);
  bool is_executor = declared.Says("backend: \"tensorrtllm\"");
  if (is_executor && !declared.Missing().empty()) {
    return Error(kInternal, "failed to load 'tollgate' version 1: Internal: cannot find parameter " + declared.Missing());
  }
  std::ifstream file(is_executor ? declared.Parameter("gpt_model_path") + "/standin.json"
                                 : options->repository + "/" + options->startup_model + "/1/llm.json");
  std::stringstream json;
  json << file.rdbuf();
  std::string fault = standin::Field(json.str(), "standin_fault");
  if (fault == "memory") {
    return Error(kInternal, "failed to load 'tollgate' version 1: Internal: CUDA out of memory. Tried to allocate 9 GiB\n"
                            "At:\n  model.py(12): initialize");
  }
  if (fault == "folder") return Error(kInternal, "failed to load 'tollgate' version 1: no such checkpoint");
  auto* started = new TRITONSERVER_Server;
  started->port = atoi(standin::Field(json.str(), "standin_port").c_str());
  started->declared = declared;
  started->is_executor = is_executor;
  started->executor.leaves_end_out = standin::Field(json.str(), "standin_end") == "left-out";
  started->executor.guides = declared.Parameter("guided_decoding_backend") == "xgrammar" &&
                             std::ifstream(declared.Parameter("xgrammar_tokenizer_info_path")).good();
  started->executor.reuses_cache = started->declared.Sets("enable_kv_cache_reuse", "true");
  started->executor.tokens_per_block = atoi(standin::Field(json.str(), "tokens_per_block").c_str());
  *server = started;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_ServerStop(TRITONSERVER_Server* server) {
  server->stopping = true;
  while (running > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_ServerDelete(TRITONSERVER_Server* server) {
  TRITONSERVER_ServerStop(server);
  delete server;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_ServerModelIsReady(TRITONSERVER_Server* server, const char*, int64_t, bool* ready) {
  *ready = !server->stopping;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_ServerMetrics(TRITONSERVER_Server*, TRITONSERVER_Metrics** metrics) {
  std::ostringstream text;
  text << "# HELP tollgate_kv_cache_tokens tokens in the cache\n"
       << "tollgate_kv_cache_tokens{kind=\"used\",model=\"tollgate\"} 1234\n"
       << "tollgate_kv_cache_tokens{kind=\"total\",model=\"tollgate\"} 4096\n"
       << "standin_live{kind=\"errors\"} " << live_errors << "\n"
       << "standin_live{kind=\"requests\"} " << live_requests << "\n"
       << "standin_live{kind=\"responses\"} " << live_responses << "\n"
       << "standin_live{kind=\"buffers\"} " << live_buffers << "\n"
       << "standin_live{kind=\"options\"} " << live_options << "\n"
       << "standin_live{kind=\"metrics\"} " << live_metrics << "\n"
       << "standin_live{kind=\"running\"} " << running << "\n";
  live_metrics++;
  *metrics = new TRITONSERVER_Metrics{text.str()};
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_MetricsFormatted(TRITONSERVER_Metrics* metrics, int, const char** base,
                                                      size_t* bytes) {
  *base = metrics->text.data();
  *bytes = metrics->text.size();
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_MetricsDelete(TRITONSERVER_Metrics* metrics) {
  live_metrics--;
  delete metrics;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_ResponseAllocatorNew(
    TRITONSERVER_ResponseAllocator** allocator, decltype(TRITONSERVER_ResponseAllocator::alloc) alloc,
    decltype(TRITONSERVER_ResponseAllocator::release) release, void*) {
  live_allocators++;
  *allocator = new TRITONSERVER_ResponseAllocator{alloc, release};
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_ResponseAllocatorDelete(TRITONSERVER_ResponseAllocator* allocator) {
  live_allocators--;
  delete allocator;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceRequestNew(TRITONSERVER_InferenceRequest** request,
                                                         TRITONSERVER_Server* server, const char* model, int64_t) {
  if (strcmp(model, "tollgate") != 0) return Error(kInvalidArgument, "no such model");
  live_requests++;
  *request = new TRITONSERVER_InferenceRequest;
  (*request)->server = server;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceRequestDelete(TRITONSERVER_InferenceRequest* request) {
  live_requests--;
  delete request;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceRequestSetPriority(TRITONSERVER_InferenceRequest*, uint32_t) {
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceRequestAddInput(TRITONSERVER_InferenceRequest* request, const char* name,
                                                              int type, const int64_t* shape, uint64_t dimensions) {
  standin::Input& input = request->inputs[name];
  input.type = type;
  input.shape.assign(shape, shape + dimensions);
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceRequestAppendInputData(TRITONSERVER_InferenceRequest* request,
                                                                     const char* name, const void* base, size_t bytes,
                                                                     int, int64_t) {
  standin::Input& input = request->inputs.at(name);
  input.data = base;
  input.bytes = bytes;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceRequestSetReleaseCallback(
    TRITONSERVER_InferenceRequest* request, decltype(TRITONSERVER_InferenceRequest::release) release, void* userp) {
  request->release = release;
  request->release_userp = userp;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceRequestSetResponseCallback(
    TRITONSERVER_InferenceRequest* request, TRITONSERVER_ResponseAllocator* allocator, void* allocator_userp,
    decltype(TRITONSERVER_InferenceRequest::complete) complete, void* userp) {
  request->allocator = allocator;
  request->allocator_userp = allocator_userp;
  request->complete = complete;
  request->complete_userp = userp;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceRequestCancel(TRITONSERVER_InferenceRequest* request) {
  request->exchange->cancelled = true;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_ServerInferAsync(TRITONSERVER_Server* server,
                                                      TRITONSERVER_InferenceRequest* request, void*) {
  if (server->stopping) return Error(kUnavailable, "the server is stopping");
  std::string wrong = server->declared.Wrong(request->inputs);
  if (!wrong.empty()) return Error(kInvalidArgument, wrong);
  // Inputs are read late and released soon after, as the real backends do it: memory freed too early shows.
  Sender sender{server, -1, request->allocator, request->allocator_userp, request->complete, request->complete_userp};
  std::shared_ptr<Exchange> exchange = request->exchange;
  running++;
  std::thread([server, request, sender, exchange]() mutable {
    standin::Values values(request->inputs);
    request->release(request, kReleaseAll, request->release_userp);
    Answer(*server, sender, *exchange, values);
    running--;
  }).detach();
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceResponseError(TRITONSERVER_InferenceResponse* response) {
  return response->error;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceResponseOutputCount(TRITONSERVER_InferenceResponse* response,
                                                                  uint32_t* count) {
  *count = static_cast<uint32_t>(response->outputs.size());
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceResponseOutput(TRITONSERVER_InferenceResponse* response, uint32_t index,
                                                             const char** name, int* type, const int64_t** shape,
                                                             uint64_t* dimensions, const void** base, size_t* bytes,
                                                             int* memory_type, int64_t* memory_type_id, void** userp) {
  const Output& output = response->outputs.at(index);
  *name = output.name.c_str();
  *type = output.type;
  *shape = output.shape.data();
  *dimensions = output.shape.size();
  *base = output.buffer;
  *bytes = output.bytes;
  *memory_type = 0;
  *memory_type_id = 0;
  *userp = output.userp;
  return nullptr;
}

API TRITONSERVER_Error* TRITONSERVER_InferenceResponseDelete(TRITONSERVER_InferenceResponse* response) {
  for (const Output& output : response->outputs) {
    live_buffers--;
    response->allocator->release(response->allocator, output.buffer, output.userp, output.bytes, 0, 0);
  }
  if (response->error != nullptr) TRITONSERVER_ErrorDelete(response->error);
  live_responses--;
  delete response;
  return nullptr;
}
