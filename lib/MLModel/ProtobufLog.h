// Keeps protobuf's log messages off standard error, where a user would see
// them beside (or in place of) our own one line.

#pragma once

#include <string>

namespace mlc {

/// While one lives, what protobuf logs on this thread is collected in it.
class ProtobufLogScope {
public:
  ProtobufLogScope();
  ~ProtobufLogScope();
  ProtobufLogScope(const ProtobufLogScope &) = delete;
  ProtobufLogScope &operator=(const ProtobufLogScope &) = delete;

  /// The first line logged; empty if there was none.
  const std::string &firstMessage() const { return message; }

private:
  friend struct ProtobufLogSink;
  std::string message;
  ProtobufLogScope *outer;
};

} // namespace mlc
