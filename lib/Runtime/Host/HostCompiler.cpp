// The bundle's own text, unchanged, compiled by Clang against our
// <metal_stdlib>. Each library includes it whole and instantiates a share of
// the kernels, so that all cores compile.
#include "HostCompiler.h"

#include "mlc/Support/OutputFile.h"
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
  if (!wanted.empty())
    return wanted;
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

static Expected<std::string> cacheFolder() {
  SmallString<128> folder(environment("MLC_CACHE_DIR"));
  if (folder.empty()) {
    if (!sys::path::cache_directory(folder))
      return createStringError("no folder for compiled kernels: set "
                               "MLC_CACHE_DIR to one");
    sys::path::append(folder, "mlc");
  }
  if (std::error_code error = sys::fs::create_directories(folder))
    return createStringError("cannot use the cache '" + folder +
                             "': " + error.message());
  return std::string(folder);
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
    os << separator << "any{b[" << i << "]}";
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
    os << separator << "any{b[" << i << "]}";
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
static std::string wrapperText(const Bundle &bundle, StringRef source,
                               bool groups, unsigned first, unsigned count) {
  std::string text;
  raw_string_ostream os(text);
  // Buffers are untyped here; the kernel's own type says what they hold.
  os << "#include \"" << source << "\"\n"
     << "struct any {\n  void *p;\n"
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

// The compiler's arguments; everything that changes the result is in here.
static SmallVector<std::string>
compilerArguments(StringRef clang, StringRef headers, bool groups) {
  return {clang.str(),
          // A simdgroup is one thread.
          groups ? "-DMLC_GROUPS" : "-UMLC_GROUPS", "-DMLC_SIMDGROUP_WIDTH=1",
          "-x", "c++", "-std=c++14", "-O3", "-march=native", "-fPIC", "-shared",
          "-fno-math-errno", "-fno-exceptions", "-ffp-contract=on",
          // Kernels are written in an order that keeps their sums in registers;
          // the scheduler would load ahead and spill them.
          "-mllvm", "-enable-misched=false", "-w", "-I" + headers.str()};
}

static std::string contentKey(const Bundle &bundle, StringRef headers,
                              ArrayRef<std::string> arguments) {
  BLAKE3 hasher;
  auto add = [&](StringRef text) {
    hasher.update(text);
    hasher.update(StringRef("\0", 1));
  };
  add(bundle.source->getBuffer());
  for (StringRef name : {"/metal_stdlib", "/metal_simdgroup_matrix"})
    if (auto header = MemoryBuffer::getFile(headers + name))
      add((*header)->getBuffer());
  for (const std::string &argument : arguments)
    add(argument);
  for (const BundleKernel &kernel : bundle.kernels)
    add(kernel.name);
  add(sys::getHostCPUName());
  add(std::to_string(std::thread::hardware_concurrency()));
  return toHex(hasher.final<16>(), /*LowerCase=*/true);
}

Expected<SmallVector<std::string>> mlc::compileForHost(const Bundle &bundle,
                                                       bool groups) {
  Expected<std::string> clang = findClang();
  if (!clang)
    return clang.takeError();
  Expected<std::string> headers = findHeaders();
  if (!headers)
    return headers.takeError();
  Expected<std::string> cache = cacheFolder();
  if (!cache)
    return cache.takeError();

  SmallVector<std::string> arguments =
      compilerArguments(*clang, *headers, groups);
  unsigned count = std::max<unsigned>(
      1, std::min<unsigned>(std::thread::hardware_concurrency(),
                            bundle.kernels.size()));
  std::string key = contentKey(bundle, *headers, arguments);
  std::string folder = *cache + "/" + key;
  SmallVector<std::string> libraries;
  bool known = true;
  for (unsigned i = 0; i < count; ++i) {
    libraries.push_back(folder + "/kernels" + std::to_string(i) + ".so");
    known &= sys::fs::exists(libraries.back());
  }
  if (known)
    return libraries;

  // Made in a folder of our own, renamed when whole: other processes may be
  // compiling the same.
  SmallString<128> work;
  if (std::error_code error =
          sys::fs::createUniqueDirectory(folder + "-", work)) {
    sys::fs::createUniquePath(folder + "-%%%%%%%%", work, false);
    if ((error = sys::fs::create_directory(work)))
      return createStringError("cannot use the cache '" + *cache +
                               "': " + error.message());
  }
  std::string source = std::string(work) + "/kernels.metal";
  if (Error error = writeFile(source, bundle.source->getBuffer()))
    return std::move(error);
  Progress progress("compiling " + Twine(bundle.kernels.size()) +
                    " kernels for this processor");
  SmallVector<sys::ProcessInfo> processes;
  std::string log = std::string(work) + "/log.txt";
  for (unsigned i = 0; i < count; ++i) {
    std::string stem = std::string(work) + "/kernels" + std::to_string(i);
    if (Error error = writeFile(stem + ".cpp",
                                wrapperText(bundle, source, groups, i, count)))
      return std::move(error);
    SmallVector<std::string> full(arguments);
    full.append({stem + ".cpp", "-o", stem + ".so"});
    SmallVector<StringRef> refs(full.begin(), full.end());
    std::string problem;
    std::optional<StringRef> redirects[] = {StringRef(""), StringRef(log),
                                            StringRef(log)};
    processes.push_back(
        sys::ExecuteNoWait(*clang, refs, std::nullopt, redirects, 0, &problem));
  }
  bool failed = false;
  for (sys::ProcessInfo &process : processes)
    failed |= process.Pid == 0 || sys::Wait(process, std::nullopt).ReturnCode;
  if (failed) {
    std::string first = "see '" + log + "'";
    if (auto text = MemoryBuffer::getFile(log))
      for (StringRef line : split((*text)->getBuffer(), '\n'))
        if (line.contains("error:")) {
          first = line.str();
          break;
        }
    return createStringError("the kernels do not compile: " + first);
  }
  if (sys::fs::rename(work, folder)) {
    // Somebody else was first; theirs is the same.
    sys::fs::remove_directories(work);
    if (!sys::fs::exists(libraries.front()))
      return createStringError("cannot use the cache '" + *cache + "'");
  }
  return libraries;
}
