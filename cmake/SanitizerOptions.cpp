// Options of the sanitizers for all our executables, so that they hold
// whoever runs them; ASAN_OPTIONS and UBSAN_OPTIONS come on top. Nothing
// without sanitizers.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)

extern "C" const char *__asan_default_options();
extern "C" const char *__ubsan_default_options();

// libMLIR and libLLVM have no instrumentation: vectors and bump allocators that
// they and we change would look wrong. What a tool has when it ends needs no
// freeing.
extern "C" const char *__asan_default_options() {
  return "detect_container_overflow=0:allow_user_poisoning=0:detect_leaks=0:"
         "quarantine_size_mb=16:"
         "allocator_may_return_null=0:handle_abort=1";
}

extern "C" const char *__ubsan_default_options() {
  return "print_stacktrace=1";
}

#endif
#endif
