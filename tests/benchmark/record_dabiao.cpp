#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "dabiao/dabiao.hpp"
#include "dabiao/text/render.hpp"
#include "record_engine.hpp"

namespace benchmark_record {
namespace {

dabiao::engine::CompiledPlan compiled(const std::string& text, bool numbers_only) {
  auto plan = dabiao::parse(text);
  if (!plan) {
    throw std::runtime_error(
        dabiao::text::render_all(plan.diagnostics(), dabiao::text::Language::english));
  }
  dabiao::engine::CompileOptions options;
  if (numbers_only) options.outputs = {"ratio", "per_k", "coverage", "score"};
  auto found = dabiao::compile(*plan, options);
  if (!found) {
    throw std::runtime_error(
        dabiao::text::render_all(found.diagnostics(), dabiao::text::Language::english));
  }
  return std::move(*found);
}

// Each output with its reason where it is missing, as a caller would take it.
template <std::size_t Count>
class Dabiao final : public TimedEngine<Dabiao<Count>> {
 public:
  explicit Dabiao(std::string plan)
      : text_(std::move(plan)),
        plan_(compiled(text_, Count < output_count)),
        record_(plan_.record()) {
    if (plan_.inputs().size() != input_count || plan_.outputs().size() != Count) {
      throw std::runtime_error("the plan has other inputs or outputs");
    }
  }
  std::string version() const override { return DABIAO_VERSION; }
  void evaluate_one(const double* inputs, Outputs& outputs) {
    record_.set({inputs, input_count});
    record_.run();
    if constexpr (Count < output_count) return record_.values({outputs, Count});
    for (std::size_t place = 0; place < Count; ++place) {
      const dabiao::engine::RowResult result = record_.result(place);
      outputs[place] = result.known() ? result.value : std::numeric_limits<double>::quiet_NaN();
    }
  }
  double compile() override {
    return nanoseconds([&] { compiled(text_, Count < output_count); });
  }

 private:
  std::string text_;
  dabiao::engine::CompiledPlan plan_;
  dabiao::engine::RowRecord record_;
};

}  // namespace

std::unique_ptr<Engine> dabiao_engine(const std::string& plan) {
  return std::make_unique<Dabiao<output_count>>(plan);
}

std::unique_ptr<Engine> dabiao_numbers_engine(const std::string& plan) {
  return std::make_unique<Dabiao<number_count>>(plan);
}

}  // namespace benchmark_record
