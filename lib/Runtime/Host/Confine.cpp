// The filter of system calls. Headers of the system define macros that LLVM
// uses as names, so this is a file of its own.
#include "Sandbox.h"
#include "llvm/Support/Compiler.h"

#include <cerrno>
#include <sys/mman.h>
#ifdef MLC_HAS_SECCOMP
#include <linux/prctl.h>
#include <seccomp.h>
#endif

using namespace llvm;
using namespace mlc;

#ifdef MLC_HAS_SECCOMP

namespace {
// A filter under construction; any failure makes it useless.
class Filter {
public:
  Filter() : context(seccomp_init(SCMP_ACT_KILL_PROCESS)) {}
  ~Filter() { seccomp_release(context); }

  template <typename... Conditions>
  void allow(int call, Conditions... conditions) {
    good &= seccomp_rule_add(context, SCMP_ACT_ALLOW, call,
                             sizeof...(conditions), conditions...) == 0;
  }
  bool load() {
    // For the threads that are there, too.
    good &= seccomp_attr_set(context, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
    return good && seccomp_load(context) == 0;
  }

private:
  scmp_filter_ctx context;
  bool good = true;
};
} // namespace

Error mlc::confineThisProcess(int socket) {
  Filter filter;
  for (int call : {SCMP_SYS(read), SCMP_SYS(write)})
    filter.allow(call, SCMP_A0(SCMP_CMP_EQ, scmp_datum_t(socket)));
  // Memory of its own, never to be run.
  filter.allow(
      SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, scmp_datum_t(PROT_EXEC), 0),
      SCMP_A3(SCMP_CMP_MASKED_EQ, scmp_datum_t(MAP_ANONYMOUS | MAP_SHARED),
              MAP_ANONYMOUS));
  filter.allow(SCMP_SYS(mprotect),
               SCMP_A2(SCMP_CMP_MASKED_EQ, scmp_datum_t(PROT_EXEC), 0));
  for (int call :
       {SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk)})
    filter.allow(call);
  // Its threads, of which some may just be beginning, and the switches between
  // those of a threadgroup.
  for (int call :
       {SCMP_SYS(rseq), SCMP_SYS(set_robust_list), SCMP_SYS(futex),
        SCMP_SYS(sched_yield), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
        SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
        SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday)})
    filter.allow(call);
#if LLVM_ADDRESS_SANITIZER_BUILD
  // Its allocator gives names to memory, and its threads look for their stacks.
  filter.allow(SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, scmp_datum_t(PR_SET_VMA)));
  for (int call : {SCMP_SYS(sigaltstack), SCMP_SYS(sched_getaffinity),
                   SCMP_SYS(gettid), SCMP_SYS(getpid)})
    filter.allow(call);
#endif
  if (!filter.load())
    return createStringError(
        "this system cannot confine a process (seccomp): "
        "--trust --no-sandbox runs the bundle all the same");
  return Error::success();
}

#else

Error mlc::confineThisProcess(int) { return Error::success(); }

#endif
