#include "record_engine.hpp"

#if defined(DABIAO_WITH_MUPARSER)
#include <muParser.h>

#include <array>
#include <cstring>

namespace benchmark_record {
namespace {

// One expression with seven results, so that the bytecode is entered once; intermediate results
// are assigned to variables and read again.
constexpr const char* formulas =
    "ratio = nursing / total * 100, per_k = beds / elderly * 1000, "
    "coverage = centres < towns ? centres / towns : 1, "
    "0.4 * (ratio < 60 ? ratio / 60 : 1) + 0.4 * (per_k < 36 ? per_k / 36 : 1) + 0.2 * coverage, "
    "ratio >= 60, per_k >= 36, coverage >= 0.5";
constexpr std::array<const char*, input_count> names{"nursing", "total",   "beds",
                                                     "elderly", "centres", "towns"};

class MuParser final : public TimedEngine<MuParser> {
 public:
  MuParser() { prepare(parser_); }
  std::string version() const override { return parser_.GetVersion(mu::pviBRIEF); }
  void evaluate_one(const double* inputs, Outputs& outputs) {
    std::memcpy(inputs_.data(), inputs, sizeof(double) * input_count);
    int count = 0;
    const double* results = parser_.Eval(count);
    std::memcpy(outputs, results, sizeof(Outputs));
  }
  double compile() override {
    return nanoseconds([&] {
      mu::Parser parser;
      prepare(parser);
    });
  }

 private:
  void prepare(mu::Parser& parser) {
    for (std::size_t place = 0; place < input_count; ++place) {
      parser.DefineVar(names[place], &inputs_[place]);
    }
    parser.DefineVar("ratio", &named_[0]);
    parser.DefineVar("per_k", &named_[1]);
    parser.DefineVar("coverage", &named_[2]);
    parser.SetExpr(formulas);
    int count = 0;
    parser.Eval(count);  // compiles
  }

  std::array<double, input_count> inputs_{1, 1, 1, 1, 1, 1};
  std::array<double, 3> named_{};
  mu::Parser parser_;
};

}  // namespace

std::unique_ptr<Engine> muparser_engine() {
  return std::make_unique<MuParser>();
}

}  // namespace benchmark_record
#else
namespace benchmark_record {
std::unique_ptr<Engine> muparser_engine() {
  return nullptr;
}
}  // namespace benchmark_record
#endif
