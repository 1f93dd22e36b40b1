#include <algorithm>

#include "record_engine.hpp"

namespace benchmark_record {
namespace {

// As a programmer would write it by hand, called like a library function.
[[gnu::noinline]] void seven(const double* inputs, Outputs& outputs) {
  const double ratio = inputs[0] / inputs[1] * 100;
  const double per_k = inputs[2] / inputs[3] * 1000;
  const double coverage = std::min(1.0, inputs[4] / inputs[5]);
  const double score =
      0.4 * std::min(1.0, ratio / 60) + 0.4 * std::min(1.0, per_k / 36) + 0.2 * coverage;
  outputs[0] = ratio;
  outputs[1] = per_k;
  outputs[2] = coverage;
  outputs[3] = score;
  outputs[4] = ratio >= 60;
  outputs[5] = per_k >= 36;
  outputs[6] = coverage >= 0.5;
}

[[gnu::noinline]] void four(const double* inputs, Outputs& outputs) {
  const double ratio = inputs[0] / inputs[1] * 100;
  const double per_k = inputs[2] / inputs[3] * 1000;
  const double coverage = std::min(1.0, inputs[4] / inputs[5]);
  outputs[0] = ratio;
  outputs[1] = per_k;
  outputs[2] = coverage;
  outputs[3] = 0.4 * std::min(1.0, ratio / 60) + 0.4 * std::min(1.0, per_k / 36) + 0.2 * coverage;
}

template <void (*function)(const double*, Outputs&)>
class Native final : public TimedEngine<Native<function>> {
 public:
  std::string version() const override {
#if defined(__clang__)
    return "clang " __clang_version__;
#else
    return "g++ " __VERSION__;
#endif
  }
  void evaluate_one(const double* inputs, Outputs& outputs) {
    function(inputs, outputs);
  }
};

}  // namespace

std::unique_ptr<Engine> native_engine() {
  return std::make_unique<Native<seven>>();
}

std::unique_ptr<Engine> native_numbers_engine() {
  return std::make_unique<Native<four>>();
}

}  // namespace benchmark_record
