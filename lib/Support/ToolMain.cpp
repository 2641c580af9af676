// MLIR's tools write into the file that -o names and delete it when they fail,
// so they are given the name of a temporary.
#include "mlc/Support/ToolMain.h"

#include "mlc/Support/OutputFile.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include <csignal>
#include <optional>

using namespace llvm;

// All that is registered by now is of the libraries underneath; tools register
// what is theirs in `main`.
static void hideLibraryOptions() {
  for (auto &entry : cl::getRegisteredOptions())
    if (entry.second->ArgStr != "help" && entry.second->ArgStr != "version")
      entry.second->setHiddenFlag(cl::Hidden);
}

// The argument that is or holds the value of -o: its index, and where the value
// begins in it.
static std::optional<std::pair<int, size_t>> findOutput(int argc, char **argv) {
  std::optional<std::pair<int, size_t>> found;
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i];
    if (argument == "--")
      break;
    size_t begin = StringSwitch<size_t>(argument)
                       .StartsWith("-o=", 3)
                       .StartsWith("--o=", 4)
                       .Default(0);
    if (begin)
      found = {i, begin};
    else if ((argument == "-o" || argument == "--o") && i + 1 < argc)
      found = {++i, 0};
  }
  return found;
}

int mlc::runTool(int argc, char **argv, function_ref<int(int, char **)> main) {
  StringRef name = sys::path::filename(argv[0]);
  auto fail = [&](Error error) {
    errs() << name << ": error: " << toString(std::move(error)) << "\n";
    return 1;
  };
  hideLibraryOptions();
#ifdef SIGXFSZ
  // A file that may not grow is an error of the write. LLVM installs its own
  // handlers once.
  sys::PrintStackTraceOnErrorSignal(argv[0]);
  std::signal(SIGXFSZ, SIG_IGN);
#endif
  auto output = findOutput(argc, argv);
  if (!output)
    return main(argc, argv);
  auto [index, begin] = *output;
  Expected<OutputFile> file = OutputFile::open(argv[index] + begin);
  if (!file)
    return fail(file.takeError());
  // Devices and pipes are for the tool to open.
  if (file->temporaryPath().empty())
    return main(argc, argv);
  std::string argument = StringRef(argv[index]).take_front(begin).str() +
                         file->temporaryPath().str();
  SmallVector<char *> arguments(argv, argv + argc + 1);
  arguments[index] = argument.data();
  if (int status = main(argc, arguments.data()))
    return status;
  if (Error error = file->commit())
    return fail(std::move(error));
  return 0;
}
