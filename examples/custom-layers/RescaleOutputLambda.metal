float element(Inputs in, Position at) {
  return (in.x(at) + 1.0f) * 127.5f;
}
