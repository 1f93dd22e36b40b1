#include "record_engine.hpp"

#if defined(DABIAO_WITH_EXPRTK)
#include <array>
#include <cstring>
#include <exprtk.hpp>
#include <stdexcept>

namespace benchmark_record {
namespace {

constexpr const char* formulas =
    "ratio := nursing / total * 100; per_k := beds / elderly * 1000; "
    "coverage := min(1, centres / towns); "
    "score := 0.4 * min(1, ratio / 60) + 0.4 * min(1, per_k / 36) + 0.2 * coverage; "
    "ratio_60 := ratio >= 60; per_k_36 := per_k >= 36; coverage_half := coverage >= 0.5;";
constexpr std::array<const char*, input_count> input_names{"nursing", "total",   "beds",
                                                           "elderly", "centres", "towns"};
constexpr std::array<const char*, output_count> output_names{
    "ratio", "per_k", "coverage", "score", "ratio_60", "per_k_36", "coverage_half"};

class ExprTk final : public TimedEngine<ExprTk> {
 public:
  ExprTk() { prepare(expression_); }
  std::string version() const override {
    // Its number grows towards e.
    return std::string(exprtk::information::version, 5) + "… (" + exprtk::information::date + ")";
  }
  void evaluate_one(const double* inputs, Outputs& outputs) {
    std::memcpy(inputs_.data(), inputs, sizeof(double) * input_count);
    expression_.value();
    std::memcpy(outputs, outputs_.data(), sizeof(Outputs));
  }
  double compile() override {
    return nanoseconds([&] {
      exprtk::expression<double> expression;
      prepare(expression);
    });
  }

 private:
  void prepare(exprtk::expression<double>& expression) {
    exprtk::symbol_table<double> symbols;
    for (std::size_t place = 0; place < input_count; ++place) {
      symbols.add_variable(input_names[place], inputs_[place]);
    }
    for (std::size_t place = 0; place < output_count; ++place) {
      symbols.add_variable(output_names[place], outputs_[place]);
    }
    expression.register_symbol_table(symbols);
    if (!parser_.compile(formulas, expression)) throw std::runtime_error(parser_.error());
  }

  std::array<double, input_count> inputs_{1, 1, 1, 1, 1, 1};
  std::array<double, output_count> outputs_{};
  exprtk::parser<double> parser_;
  exprtk::expression<double> expression_;
};

}  // namespace

std::unique_ptr<Engine> exprtk_engine() {
  return std::make_unique<ExprTk>();
}

}  // namespace benchmark_record
#else
namespace benchmark_record {
std::unique_ptr<Engine> exprtk_engine() {
  return nullptr;
}
}  // namespace benchmark_record
#endif
