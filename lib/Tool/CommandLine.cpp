// LLVM's command line reads the options; help is printed here, because its own
// neither wraps lines nor leaves out what the libraries underneath offer.
#include "mlc/Tool/CommandLine.h"

#include "mlc/Support/Progress.h"
#include "mlc/Tool/Tool.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <exception>
#include <unistd.h>

using namespace llvm;
using namespace mlc;

static cl::opt<bool> quiet("q", cl::desc("print errors and results only"),
                           cl::cat(commonOptions()),
                           cl::sub(cl::SubCommand::getAll()));
static cl::opt<bool> verbose("v", cl::desc("print how long each step takes"),
                             cl::cat(commonOptions()),
                             cl::sub(cl::SubCommand::getAll()));

//===----------------------------------------------------------------------===//
// Help
//===----------------------------------------------------------------------===//

// Two columns; the second wraps.
static void printRow(StringRef left, StringRef right, raw_ostream &os) {
  constexpr size_t kIndent = 2, kRight = 26, kWidth = 79;
  os << std::string(kIndent, ' ') << left;
  size_t at = kIndent + left.size();
  if (at + 2 > kRight) {
    os << "\n";
    at = 0;
  }
  bool isFirst = true;
  for (StringRef word : split(right, ' ')) {
    if (!isFirst && at + 1 + word.size() > kWidth) {
      os << "\n";
      at = 0;
      isFirst = true;
    }
    if (isFirst) {
      os << std::string(kRight - at, ' ');
      at = kRight;
    } else {
      os << ' ';
      ++at;
    }
    os << word;
    at += word.size();
    isFirst = false;
  }
  os << "\n";
}

// `-o DIR`, `--top-k=N`, `--json`
static std::string usageOf(const cl::Option &option) {
  bool isShort = option.ArgStr.size() == 1;
  std::string text = (isShort ? "-" : "--") + option.ArgStr.str();
  if (option.getValueExpectedFlag() != cl::ValueRequired)
    return text;
  StringRef value = option.ValueStr.empty() ? "VALUE" : option.ValueStr;
  return text + (isShort ? " " : "=") + value.str();
}

static void printOptions(StringRef title, ArrayRef<const cl::Option *> options,
                         raw_ostream &os) {
  if (options.empty())
    return;
  os << "\n" << title << ":\n";
  for (const cl::Option *option : options)
    printRow(usageOf(*option), option->HelpStr, os);
}

// The options of a command that are in `category`, the short ones first.
static SmallVector<const cl::Option *>
optionsOf(cl::SubCommand &command, const cl::OptionCategory &category,
          bool withHidden) {
  SmallVector<const cl::Option *> options;
  for (const auto &[name, option] : command.OptionsMap) {
    // LLVM adds its own help.
    if (option->HelpStr.empty() || name.starts_with("help") ||
        option->getOptionHiddenFlag() == cl::ReallyHidden ||
        (option->getOptionHiddenFlag() == cl::Hidden && !withHidden))
      continue;
    if (option->Categories.front() == &category)
      options.push_back(option);
  }
  llvm::sort(options, [](const cl::Option *a, const cl::Option *b) {
    return std::pair(a->ArgStr.size() > 1, a->ArgStr) <
           std::pair(b->ArgStr.size() > 1, b->ArgStr);
  });
  return options;
}

static void printHelp(const Command &command, bool withHidden) {
  cl::SubCommand &sub = *command.subcommand;
  raw_ostream &os = outs();
  os << "mlc " << sub.getName() << ": " << sub.getDescription()
     << "\n\nusage: mlc " << sub.getName() << " [options]";
  for (const cl::Option *positional : sub.PositionalOpts)
    os << " " << positional->HelpStr;
  os << "\n";
  printOptions("options", optionsOf(sub, cl::getGeneralCategory(), withHidden),
               os);
  printOptions("how the model is compiled",
               optionsOf(sub, compilingOptions(), withHidden), os);
  printOptions("of every command", optionsOf(sub, commonOptions(), withHidden),
               os);
}

static void printOverview(ArrayRef<Command> commands) {
  raw_ostream &os = outs();
  os << "mlc compiles, runs and checks Core ML models\n\n"
        "usage: mlc COMMAND [options] MODEL\n\ncommands:\n";
  for (const Command &command : commands)
    printRow(command.subcommand->getName(),
             command.subcommand->getDescription(), os);
  printRow("help COMMAND", "show the options of a command", os);
  printOptions("of every command",
               optionsOf(*commands.front().subcommand, commonOptions(), false),
               os);
  os << "\nREADME.md has examples.\n";
}

static bool isHelp(StringRef argument) {
  return argument == "-h" || argument == "-help" ||
         argument.starts_with("--help");
}

static const Command *findCommand(ArrayRef<Command> commands, StringRef name) {
  auto *it = find_if(commands, [&](const Command &command) {
    return command.subcommand->getName() == name;
  });
  return it == commands.end() ? nullptr : it;
}

static std::string namesOf(ArrayRef<Command> commands) {
  return join(map_range(commands,
                        [](const Command &command) {
                          return command.subcommand->getName().str();
                        }),
              ", ");
}

// The exit status if help is asked for.
static std::optional<int> answerHelp(ArrayRef<StringRef> arguments,
                                     ArrayRef<Command> commands) {
  if (arguments.empty())
    return std::nullopt;
  bool isWord = arguments.front() == "help";
  if (isHelp(arguments.front()) || (isWord && arguments.size() == 1)) {
    printOverview(commands);
    return 0;
  }
  ArrayRef<StringRef> options = arguments.drop_front();
  if (!isWord && none_of(options.take_until(
                             [](StringRef option) { return option == "--"; }),
                         isHelp))
    return std::nullopt;
  StringRef name = arguments[isWord];
  const Command *command = findCommand(commands, name);
  if (!command)
    return reportError("there is no command '" + name + "', but " +
                       namesOf(commands));
  printHelp(*command, is_contained(options, "--help-hidden"));
  return 0;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

// LLVM begins its messages with the name of the program.
static constexpr StringLiteral kProgram = "mlc: error";

// What LLVM says about a command line, as one line of ours.
static std::string oneLine(StringRef text, const Command *command) {
  std::string line;
  if (command && text.contains("positional"))
    return ("give one " + command->subcommand->PositionalOpts[0]->HelpStr)
        .str();
  for (StringRef part : split(text.trim(), '\n')) {
    part.consume_front(kProgram);
    part.consume_front(": ");
    size_t hint = std::min(part.find("  Try: "), part.find(": See: "));
    part = part.take_front(hint).trim(" .!:");
    if (part.empty())
      continue;
    std::string words = part.str();
    if (words.size() > 1 && isLower(words[1]))
      words[0] = toLower(words[0]);
    line += (line.empty() ? "" : ": ") + words;
  }
  return line;
}

// A second value of an option that takes one would be the one that counts.
static Error checkRepeated(cl::SubCommand &command) {
  for (const auto &[name, option] : command.OptionsMap) {
    bool takesMany = option->getNumOccurrencesFlag() == cl::ZeroOrMore ||
                     option->getNumOccurrencesFlag() == cl::OneOrMore;
    if (option->getNumOccurrences() > 1 && !takesMany)
      return createStringError(StringRef(name.size() == 1 ? "-" : "--") + name +
                               " is given " +
                               Twine(option->getNumOccurrences()) + " times");
  }
  return Error::success();
}

std::optional<int> mlc::parseCommandLine(int argc, const char *const *argv,
                                         ArrayRef<Command> commands) {
  cl::SetVersionPrinter([](raw_ostream &os) {
    os << "mlc " MLC_VERSION " (LLVM " LLVM_VERSION_STRING ")\n";
  });
  SmallVector<StringRef> arguments(argv + 1, argv + argc);
  if (std::optional<int> status = answerHelp(arguments, commands))
    return status;
  if (arguments.empty())
    return reportError("give one of the commands " + namesOf(commands) +
                       "; mlc --help says more");
  if (!arguments.front().starts_with("-") &&
      !findCommand(commands, arguments.front()))
    return reportError("there is no command '" + arguments.front() + "', but " +
                       namesOf(commands));
  SmallVector<const char *> named(argv, argv + argc);
  named.front() = kProgram.data();
  std::string problem;
  raw_string_ostream os(problem);
  if (!cl::ParseCommandLineOptions(argc, named.data(), "", &os)) {
    // Parsers of values print their message at once.
    if (problem.empty())
      return 1;
    const Command *command = findCommand(commands, arguments.front());
    return reportError(oneLine(problem, command) + " (mlc help" +
                       (command ? " " + arguments.front() : "") + ")");
  }
  for (const Command &command : commands)
    if (*command.subcommand)
      if (Error error = checkRepeated(*command.subcommand))
        return reportError(std::move(error));
  if (quiet && verbose)
    return reportError("-q and -v exclude each other");
  setVerbosity(quiet     ? Verbosity::Quiet
               : verbose ? Verbosity::Verbose
                         : Verbosity::Normal);
  return std::nullopt;
}

int mlc::runCommandLine(ArrayRef<Command> commands) {
  int status = 0;
  for (const Command &command : commands)
    if (*command.subcommand)
      status = command.run();
  outs().flush();
  if (std::error_code error = outs().error()) {
    outs().clear_error();
    return reportError("cannot write to standard output: " + error.message());
  }
  return status;
}

//===----------------------------------------------------------------------===//
// Ends that nobody returns from
//===----------------------------------------------------------------------===//

[[noreturn]] static void endWith(StringRef message) {
  reportError(message);
  _exit(1);
}

// Threads that the system does not give are exceptions, which LLVM does not
// know.
[[noreturn]] static void terminated() {
  try {
    if (std::exception_ptr exception = std::current_exception())
      std::rethrow_exception(exception);
  } catch (const std::exception &exception) {
    endWith(exception.what());
  } catch (...) {
  }
  std::abort();
}

void mlc::reportFatalErrorsInOneLine() {
  install_bad_alloc_error_handler(
      [](void *, const char *, bool) { endWith("out of memory"); });
  install_fatal_error_handler(
      [](void *, const char *reason, bool) { endWith(reason); });
  std::set_terminate(terminated);
#ifdef SIGXFSZ
  // A file that may not grow is an error of the write.
  std::signal(SIGXFSZ, SIG_IGN);
#endif
}
