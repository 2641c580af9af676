// A separable triangle filter: each row is resampled across when it comes in
// and then added to the rows of the result that it has a part in.
#include "RowResizer.h"

#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace mlc;

FilterTaps::FilterTaps(int64_t inputs, int64_t outputs) {
  double step = double(inputs) / double(outputs);
  double radius = std::max(1.0, step);
  std::vector<double> row;
  for (int64_t o = 0; o < outputs; ++o) {
    double centre = (double(o) + 0.5) * step - 0.5;
    int64_t low = int64_t(std::ceil(centre - radius)),
            high = int64_t(std::floor(centre + radius));
    int64_t begin = std::clamp<int64_t>(low, 0, inputs - 1),
            end = std::clamp<int64_t>(high, 0, inputs - 1) + 1;
    row.assign(end - begin, 0);
    double sum = 0;
    for (int64_t i = low; i <= high; ++i) {
      double weight = std::max(0.0, 1 - std::fabs(double(i) - centre) / radius);
      row[std::clamp(i, begin, end - 1) - begin] += weight;
      sum += weight;
    }
    // The ends of the triangle weigh nothing.
    size_t first = 0, last = row.size();
    while (last - first > 1 && row[first] == 0)
      ++first;
    while (last - first > 1 && row[last - 1] == 0)
      --last;
    begins.push_back(begin + int64_t(first));
    offsets.push_back(all.size());
    for (size_t i = first; i < last; ++i)
      all.push_back(float(row[i] / sum));
  }
  offsets.push_back(all.size());
}

RowResizer::RowResizer(ImageSize from, ImageSize to, int64_t channels)
    : across(from.width, to.width), down(from.height, to.height),
      result{to, channels, {}}, resized(to.width * channels) {
  result.pixels.reserve(to.height * to.width * channels);
}

template <int64_t kChannels>
static void resizeRow(const uint8_t *row, const FilterTaps &taps,
                      MutableArrayRef<float> result) {
  for (size_t x = 0; x < result.size() / kChannels; ++x) {
    const uint8_t *from = row + taps.begin(x) * kChannels;
    float sums[kChannels] = {};
    for (float weight : taps.weights(x))
      for (float &sum : sums)
        sum += weight * float(*from++);
    std::copy_n(sums, kChannels, result.begin() + x * kChannels);
  }
}

void RowResizer::add(const uint8_t *row) {
  if (result.channels == 1)
    resizeRow<1>(row, across, resized);
  else
    resizeRow<3>(row, across, resized);
  int64_t height = result.size.height;
  for (int64_t y = done; y < height && down.begin(y) <= rows; ++y) {
    if (size_t(y - done) >= sums.size())
      sums.emplace_back(resized.size(), 0.0f);
    float weight = down.weights(y)[rows - down.begin(y)];
    std::vector<float> &sum = sums[y - done];
    for (size_t i = 0; i < sum.size(); ++i)
      sum[i] += weight * resized[i];
  }
  ++rows;
  while (done < height && down.end(done) <= rows) {
    for (float value : sums.front())
      result.pixels.push_back(
          uint8_t(std::clamp(std::floor(value + 0.5f), 0.0f, 255.0f)));
    sums.pop_front();
    ++done;
  }
}
