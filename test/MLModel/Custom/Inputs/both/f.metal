float element(Inputs in, Position at) { return 0.0f; }
