"""Runs mlc with one mistake at a time and prints its error. m is a model, b a bundle."""
import subprocess
import sys

mlc, *paths = sys.argv[1:]
names = dict(zip(["m", "b", "sum", "flexible"], paths))
image = paths[0].replace("digits.mlmodel", "five.png")

for line in """compile b
optimize b
verify b
run b --precision=f16
run b --max-error=1
run b --expand-weights
run b --gpu-family=any
run b --custom-layers=.
bench b --precision=f32
inspect b --cost --precision=f32
inspect b --custom-layers=.
inspect m --precision=f32
inspect m --gpu=M2
compile m -o n --max-error=1e-3
compile m -o n --precision=auto --max-error=0
compile m -o n --precision=auto --max-error=nan
compile m -o n --precision=f64
compile m -o n -i image=x.png
compile m -o n -o o
compile flexible -o n --input-shape=x=2x4 --input-shape=x=2x4
run flexible --input-shape=x=2x4 --input-shape=x=2x5
bench flexible --input-shape=x=2x4 --input-shape=x=2x5
run m --top-k=0
run m --alternative=1
run m --reference --profile
run b --reference -i image=IMAGE
run sum --top-k=2
bench m -n 0
bench m -n -1
bench m --threads=0
bench m --threads=100000
run m -q -v
run
run m m
run m --frobnicate
frobnicate m""".split("\n"):
    words = [names.get(word, word).replace("IMAGE", image)
             for word in line.split()]
    done = subprocess.run([mlc, *words], capture_output=True, text=True)
    error = "".join(line for line in done.stderr.splitlines(keepends=True)
                    if not line.startswith("mlc: note: "))
    if done.returncode != 1 or error.count("\n") != 1 or done.stdout:
        sys.exit(f"{line}: status {done.returncode}: {done.stdout}{error}")
    error = error.strip().removeprefix("mlc: error: ")
    for name, path in names.items():
        error = error.replace(f"'{path}'", f"'{name}'")
    print(f"{line}: {error}")
