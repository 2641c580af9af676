float element(Inputs in, Position at) {
  at.h += margin;
  at.w += margin;
  return in.x(at);
}
