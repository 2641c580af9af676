// The commands of `mlc`. Each is one file; its options are its own.
#pragma once

#include "mlc/Tool/Precision.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"
#include <optional>

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

/// How help groups options: those that say how a model is compiled, and those
/// of every command.
llvm::cl::OptionCategory &compilingOptions();
llvm::cl::OptionCategory &commonOptions();

/// An error if one of `options` is given: `--NAME WHY`. Options without an
/// effect are mistakes.
llvm::Error
rejectOptions(std::initializer_list<const llvm::cl::Option *> options,
              const llvm::Twine &why);

/// An error if `path` is a bundle, for commands that take models.
llvm::Error requireModel(llvm::StringRef command, llvm::StringRef path);

/// `--precision`, `--max-error`, `--expand-weights` and `--gpu-family`, which
/// several commands have.
class PrecisionOption {
public:
  explicit PrecisionOption(llvm::cl::SubCommand &command);
  /// `samples` (NAME=FILE) are what auto measures with; where they are missing,
  /// and there are none, it draws inputs at random.
  Precision get(llvm::ArrayRef<std::string> samples = {}) const;
  /// `--max-error`, if it is given.
  std::optional<double> getMaxError() const;
  /// What was given is an error: `--precision WHY`.
  llvm::Error reject(const llvm::Twine &why) const;
  /// Checks the values; `usesMaxError`: whatever the precision is. For a
  /// bundle, which was compiled with its own, none may be given.
  llvm::Error check(llvm::StringRef path, bool usesMaxError = false) const;

private:
  llvm::cl::opt<std::string> value;
  llvm::cl::opt<double> maxError;
  llvm::cl::opt<bool> expandWeights;
  llvm::cl::opt<std::string> gpuFamily;
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
