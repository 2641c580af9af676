// What y holds `shift` columns to the right; beyond its end zero, or the last
// column (the second text of `edge`).
float shifted(Inputs in, Position at) {
  at.w += shift;
  if (edge == 1)
    at.w = min(at.w, int(in.y.W) - 1);
  return in.y.contains(at) ? in.y(at) : 0.0f;
}

float blended(Inputs in, Position at) {
  float a = in.amount[at.c];
  float value = fma(shifted(in, at) - in.x(at), a, in.x(at)) * sharpness;
  return squared ? value * value : value;
}

float firstRow(Inputs in, Position at) { return in.x(at); }
