// The commands of `mlc`. Each is one file; its options are its own.
#pragma once

#include "llvm/Support/CommandLine.h"

namespace mlc {

/// A command: its subcommand of the command line and what runs it. Returns the
/// exit status.
struct Command {
  llvm::cl::SubCommand *subcommand;
  int (*run)();
};

Command inspectCommand();
Command compileCommand();
Command runCommand();
Command verifyCommand();
Command benchCommand();
Command optimizeCommand();

/// `--precision`, which several commands have.
class PrecisionOption {
public:
  explicit PrecisionOption(llvm::cl::SubCommand &command);
  llvm::StringRef get() const { return value; }

private:
  llvm::cl::opt<std::string> value;
};

/// `--input-shape`, which several commands have.
class InputShapeOption {
public:
  explicit InputShapeOption(llvm::cl::SubCommand &command);
  llvm::ArrayRef<std::string> get() const { return values; }

private:
  llvm::cl::list<std::string> values;
};

} // namespace mlc
