"""Ends `mlc bench` by signals and shows what is in the folder for temporary files."""
import os
import pathlib
import signal
import subprocess
import sys
import time

mlc, model, folder = sys.argv[1:]
folder = pathlib.Path(folder)
environment = dict(os.environ, TMPDIR=str(folder))


def bench(runs):
    # A shell's background may ignore what we send.
    return subprocess.Popen(
        [mlc, "bench", model, "-n", str(runs)], env=environment,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
    process = bench(10**9)
    while not list(folder.glob("*/manifest.json")):
        if process.poll() is not None:
            sys.exit("bench has ended")
        time.sleep(0.01)
    process.send_signal(number)
    if process.wait() != -number:
        sys.exit(f"ended with {process.returncode}")
    left = list(folder.iterdir())
    if number == signal.SIGKILL and len(left) == 1:
        left = f"one folder of mode {left[0].stat().st_mode & 0o7777:o}"
    print(f"ended by {number.value}:", left)
if bench(1).wait():
    sys.exit("bench failed")
print("next:", list(folder.iterdir()))
