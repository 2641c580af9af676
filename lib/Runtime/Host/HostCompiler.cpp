// The bundle's own text, unchanged, compiled by Clang against our
// <metal_stdlib>. Each library includes it whole and instantiates a share of
// the kernels, so that all cores compile.
#include "HostCompiler.h"

#include "mlc/Support/Progress.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"
#include <thread>

using namespace llvm;
using namespace mlc;

static std::string environment(StringRef name) {
  return sys::Process::GetEnv(name).value_or("");
}

static Expected<std::string> findClang() {
  std::string wanted = environment("MLC_CLANG");
  if (!wanted.empty()) {
    if (auto path = sys::findProgramByName(wanted))
      return *path;
    return createStringError("MLC_CLANG names '" + wanted +
                             "', which is not a program");
  }
  if (sys::fs::can_execute(MLC_CLANG_PATH))
    return std::string(MLC_CLANG_PATH);
  for (StringRef name : {"clang++-22", "clang++"})
    if (auto path = sys::findProgramByName(name))
      return *path;
  return createStringError("no clang++ found to compile the kernels: install "
                           "it or set MLC_CLANG to its path");
}

// The folder of <metal_stdlib>: beside an installed tool, or in the sources.
static Expected<std::string> findHeaders() {
  std::string wanted = environment("MLC_RUNTIME_INCLUDE");
  if (!wanted.empty())
    return wanted;
  SmallString<128> beside(
      sys::fs::getMainExecutable(nullptr, (void *)&findHeaders));
  sys::path::remove_filename(beside);
  sys::path::append(beside, "..", "share", "mlc", "include");
  for (StringRef folder : {StringRef(beside), StringRef(MLC_RUNTIME_HEADERS)})
    if (sys::fs::exists(folder + "/metal_stdlib"))
      return folder.str();
  return createStringError("the folder of mlc's <metal_stdlib> is not found: "
                           "set MLC_RUNTIME_INCLUDE to it");
}

// A function that runs a part of the grid of `kernel`.
static void printRunner(const BundleKernel &kernel, raw_ostream &os) {
  os << "extern \"C\" void mlc_run_" << kernel.name
     << "(void *const *b, const unsigned *n, unsigned long begin, unsigned "
        "long end) {\n"
     << "  for (unsigned long i = begin; i < end; ++i) {\n"
     << "    uint3 at = {unsigned(i % n[0]), unsigned(i / n[0] % n[1]), "
        "unsigned(i / n[0] / n[1])};\n"
     << "    " << kernel.name << "(";
  ListSeparator separator;
  for (unsigned i = 0; i < kernel.numBuffers; ++i)
    os << separator << "mlc_any{b[" << i << "]}";
  for (const std::string &position : kernel.positions) {
    os << separator;
    if (position == "thread_position_in_threadgroup")
      os << "uint3{0, 0, 0}";
    else if (position == "threads_per_threadgroup")
      os << "uint3{1, 1, 1}";
    else // in the grid, or of the group, which is one thread
      os << "at";
  }
  os << ");\n  }\n}\n";
}

bool mlc::usesSimdgroups(const BundleKernel &kernel) {
  return is_contained(kernel.positions, "simdgroup_index_in_threadgroup");
}

// A function that runs one thread of a cooperative kernel.
static void printThread(const BundleKernel &kernel, raw_ostream &os) {
  os << "extern \"C\" void mlc_run_" << kernel.name
     << "(void *const *b, const unsigned *g, const unsigned *t, const unsigned "
        "*n) {\n  "
     << kernel.name << "(";
  ListSeparator separator;
  for (unsigned i = 0; i < kernel.numBuffers; ++i)
    os << separator << "mlc_any{b[" << i << "]}";
  for (const std::string &position : kernel.positions) {
    os << separator;
    if (position == "thread_position_in_threadgroup")
      os << "uint3{t[0], t[1], t[2]}";
    else if (position == "threads_per_threadgroup")
      os << "uint3{n[0], n[1], n[2]}";
    else if (position == "threadgroup_position_in_grid")
      os << "uint3{g[0], g[1], g[2]}";
    else if (position == "simdgroup_index_in_threadgroup")
      os << "t[0] + n[0] * (t[1] + n[1] * t[2])";
    else
      os << "uint3{g[0] * n[0] + t[0], g[1] * n[1] + t[1], g[2] * n[2] + t[2]}";
  }
  os << ");\n}\n";
}

// The text that instantiates every `count`-th kernel from `first` on.
static std::string wrapperText(const Bundle &bundle, bool groups,
                               unsigned first, unsigned count) {
  std::string text;
  raw_string_ostream os(text);
  // Buffers are untyped here; the kernel's own type says what they hold.
  os << "#include \"kernels.metal\"\n"
     << "struct mlc_any {\n  void *p;\n"
     << "  template <typename T> operator T *() const { return (T *)p; }\n"
     << "};\n";
  if (groups)
    os << "__attribute__((visibility(\"hidden\"))) void (*mlc_wait)();\n"
          "extern \"C\" void mlc_set_wait(void (*wait)()) { mlc_wait = wait; "
          "}\n";
  for (unsigned i = first; i < bundle.kernels.size(); i += count)
    if (groups && bundle.kernels[i].isCooperative)
      printThread(bundle.kernels[i], os);
    else
      printRunner(bundle.kernels[i], os);
  return text;
}

// The compiler's arguments, all but files.
static std::vector<std::string>
compilerArguments(StringRef clang, StringRef headers, bool groups) {
  return {clang.str(),
          // A simdgroup is one thread.
          groups ? "-DMLC_GROUPS" : "-UMLC_GROUPS", "-DMLC_SIMDGROUP_WIDTH=1",
          "-x", "c++", "-std=c++14", "-O3", "-march=native", "-fPIC", "-shared",
#ifdef __linux__
          // Nothing of a library runs or is looked up after it was loaded,
          // unless it is called.
          "-nostartfiles", "-Wl,-z,now",
#endif
          "-fno-math-errno", "-fno-exceptions", "-ffp-contract=on",
          // Kernels are written in an order that keeps their sums in registers;
          // the scheduler would load ahead and spill them.
          "-mllvm", "-enable-misched=false", "-w", "-I" + headers.str()};
}

// What tells one compiler from another at a path.
static std::string compilerIdentity(StringRef clang) {
  SmallString<128> real;
  sys::fs::file_status status;
  if (sys::fs::real_path(clang, real) || sys::fs::status(real, status))
    return clang.str();
  return (real + " " + Twine(status.getSize()) + " " +
          Twine(status.getLastModificationTime().time_since_epoch().count()))
      .str();
}

// A hash of all that is compiled and how: texts, headers, compiler, machine.
static std::string contentKey(StringRef source, ArrayRef<std::string> wrappers,
                              StringRef headers,
                              ArrayRef<std::string> arguments) {
  BLAKE3 hasher;
  auto add = [&](StringRef text) {
    hasher.update((Twine(text.size()) + ":").str());
    hasher.update(text);
  };
  add(source);
  for (const std::string &wrapper : wrappers)
    add(wrapper);
  for (StringRef name : {"/metal_stdlib", "/metal_simdgroup_matrix"})
    if (auto header = MemoryBuffer::getFile(headers + name))
      add((*header)->getBuffer());
  for (const std::string &argument : arguments)
    add(argument);
  add(compilerIdentity(arguments.front()));
  add(sys::getHostCPUName());
  for (const auto &feature : sys::getHostCPUFeatures())
    if (feature.second)
      add(feature.first());
  return toHex(hasher.final<16>(), /*LowerCase=*/true);
}

// The compiler's first error, without the folder that is gone by then.
static Error compilerError(const std::string &folder) {
  std::string first = "the compiler ended without a message";
  if (auto log = MemoryBuffer::getFile(folder + "/log.txt"))
    for (StringRef line : split((*log)->getBuffer(), '\n'))
      if (line.contains("error:")) {
        line.consume_front(folder + "/");
        first = line.str();
        break;
      }
  return createStringError("the kernels do not compile: " + first);
}

Expected<CompiledKernels> mlc::compileForHost(const Bundle &bundle, bool groups,
                                              const CompilerLimits *limits) {
  Expected<std::string> clang = findClang();
  if (!clang)
    return clang.takeError();
  Expected<std::string> headers = findHeaders();
  if (!headers)
    return headers.takeError();
  std::vector<std::string> arguments =
      compilerArguments(*clang, *headers, groups);
  unsigned count = std::max<unsigned>(
      1, std::min<unsigned>(std::thread::hardware_concurrency(),
                            bundle.kernels.size()));
  SmallVector<std::string> wrappers;
  for (unsigned i = 0; i < count; ++i)
    wrappers.push_back(wrapperText(bundle, groups, i, count));
  StringRef source = bundle.source->getBuffer();
  std::string key = contentKey(source, wrappers, *headers, arguments);

  auto cache = CacheFolder::open();
  if (!cache)
    return cache.takeError();
  if (auto libraries = (*cache)->find(key, count))
    return CompiledKernels{std::move(*libraries), std::move(*cache)};
  auto work = (*cache)->begin(key);
  if (!work)
    return work.takeError();
  const std::string &folder = (*work)->path();
  if (Error error = writePlainFile(folder + "/kernels.metal", source))
    return std::move(error);
  Progress progress("compiling " + Twine(bundle.kernels.size()) +
                    " kernels for this processor");
  std::vector<std::vector<std::string>> commands(count, arguments);
  for (unsigned i = 0; i < count; ++i) {
    std::string text = folder + "/kernels" + std::to_string(i) + ".cpp";
    if (Error error = writePlainFile(text, wrappers[i]))
      return std::move(error);
    commands[i].insert(commands[i].end(),
                       {text, "-o", folder + "/" + libraryName(i)});
  }
  CompilerLimits own;
  if (limits) {
    own = *limits;
    SmallString<128> prefix;
    if (!sys::fs::real_path(*clang, prefix))
      own.readable.push_back(
          sys::path::parent_path(sys::path::parent_path(prefix)).str());
    own.readable.push_back(*headers);
    // Headers of a user may include ours.
    own.readable.push_back(MLC_RUNTIME_HEADERS);
  }
  Expected<bool> good = runCompilers(commands, folder, limits ? &own : nullptr);
  if (!good)
    return good.takeError();
  if (!*good)
    return compilerError(folder);
  if (Error error = (*cache)->add(key, count, **work))
    return std::move(error);
  auto libraries = (*cache)->find(key, count);
  if (!libraries)
    return createStringError("compiled kernels are gone from the cache, or "
                             "damaged, at once");
  return CompiledKernels{std::move(*libraries), std::move(*cache)};
}
