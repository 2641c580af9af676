// Protobuf has one log handler for the whole process. Ours is installed once
// and hands each message to the scope of the thread that caused it.

#include "ProtobufLog.h"
#include <google/protobuf/stubs/logging.h>
#include <mutex>

static thread_local mlc::ProtobufLogScope *currentScope = nullptr;

namespace mlc {
struct ProtobufLogSink {
  static void receive(google::protobuf::LogLevel, const char *, int,
                      const std::string &text) {
    if (currentScope && currentScope->message.empty())
      currentScope->message = text.substr(0, text.find('\n'));
  }
};
} // namespace mlc

mlc::ProtobufLogScope::ProtobufLogScope() : outer(currentScope) {
  static std::once_flag installed;
  std::call_once(installed, [] {
    google::protobuf::SetLogHandler(&ProtobufLogSink::receive);
  });
  currentScope = this;
}

mlc::ProtobufLogScope::~ProtobufLogScope() { currentScope = outer; }
