"""Prints a network with one map of so many inputs: many_inputs.py COUNT"""
import sys

count = int(sys.argv[1])
inputs = [f"%x{i}" for i in range(count)]
print(f"func.func @main({', '.join(f'{x}: tensor<4xf32>' for x in inputs)})"
      " -> tensor<4xf32> {")
print(f"  %r = nn.map({', '.join(inputs)} : "
      f"{', '.join(['tensor<4xf32>'] * count)}) {{")
print(f"  ^bb0({', '.join(f'%a{i}: f32' for i in range(count))}):")
total = "%a0"
for i in range(1, count):
    print(f"    %s{i} = arith.addf {total}, %a{i} : f32")
    total = f"%s{i}"
print(f"    nn.yield {total} : f32")
print("  } -> tensor<4xf32>")
print("  return %r : tensor<4xf32>")
print("}")
