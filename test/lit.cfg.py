# The test suite: IR and text are checked with FileCheck, whole models by
# running them.
import os

import lit.formats

config.name = "mlc"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".mlir", ".test", ".textproto", ".metal"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)

config.environment["FILECHECK_OPTS"] = "-enable-var-scope --dump-input=fail"
config.environment["PATH"] = os.pathsep.join(
    [config.mlc_tools_dir, config.llvm_tools_dir, os.environ["PATH"]])
for name in ["HOME", "MLC_CLANG", "MLC_CACHE_DIR", "MLC_CORPUS",
             "MLC_MUTANT"]:
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.environment.setdefault(
    "MLC_CACHE_DIR", os.path.join(config.test_exec_root, "cache"))

# The text of every kernel that a test runs is held against the grammar for
# bundles of others.
config.environment["MLC_CHECK_KERNELS"] = "1"

config.substitutions.append(("%python", config.python))
config.substitutions.append(("%clang", config.clang))
config.substitutions.append(("%source", config.mlc_source_dir))
config.substitutions.append(("%build", config.mlc_binary_dir))
config.substitutions.append(("%tools", config.mlc_tools_dir))

# Each text that mlc-opt reads is written and read again, and must stay itself.
config.substitutions.append(
    (r"(?<![\w/.-])mlc-opt(?![\w/.-])", "mlc-opt --verify-roundtrip"))

# Tests of real models say REQUIRES: corpus and read $MLC_CORPUS; without it
# they are reported as unsupported.
corpus = os.environ.get("MLC_CORPUS")
if corpus and os.path.isdir(corpus):
    config.available_features.add("corpus")
    config.substitutions.append(("%corpus", os.path.abspath(corpus)))
else:
    lit_config.note("MLC_CORPUS is not set: tests of real models are skipped")
